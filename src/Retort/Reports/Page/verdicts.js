// The two thresholds, and what becomes of each picture by them.

const GOOD = 'good', UNCERTAIN = 'uncertain', DEFECTIVE = 'defective';

/** How a picture fares: a key, a word, the mark before it. */
const outcomes = {
    missed: { word: 'missed', mark: '●', plural: 'Missed' },
    'false-alarm': { word: 'false alarm', mark: '▲', plural: 'False alarms' },
    uncertain: { word: 'uncertain', mark: '◆', plural: 'Uncertain' },
    found: { word: 'found', mark: '▲', plural: 'Found' },
    passed: { word: 'passed', mark: '●', plural: 'Passed' },
};

/** Good below `uncertain`, defective from `defective` on. They are equal unless there is a band between them. */
const thresholds = {
    uncertain: data.thresholds.uncertain,
    defective: data.thresholds.defective,
    banded: data.thresholds.uncertain < data.thresholds.defective,
};

const thresholdListeners = [];

/** Calls a function now and whenever a threshold moved. */
function onThresholds(listener) {
    thresholdListeners.push(listener);
    listener();
}

/** Moves thresholds; the other one gives way. */
function moveThresholds(changes) {
    const next = { ...thresholds, ...changes };
    if (!next.banded) {
        next.uncertain = next.defective;
    } else if ('uncertain' in changes && !('defective' in changes)) {
        next.defective = Math.max(next.defective, next.uncertain);
    } else {
        next.uncertain = Math.min(next.uncertain, next.defective);
    }
    Object.assign(thresholds, next);
    thresholdListeners.forEach(listener => listener());
}

/** Opens a band of uncertain scores below the threshold, or closes it. */
function setBand(banded) {
    const width = 0.1 * (scoreRange.high - scoreRange.low);
    moveThresholds({ banded, defective: thresholds.defective, uncertain: thresholds.defective - width });
}

const verdictOf = picture => picture.score < thresholds.uncertain ? GOOD : picture.score < thresholds.defective ? UNCERTAIN : DEFECTIVE;

/** The key of a picture's outcome in `outcomes`. */
function outcomeOf(picture) {
    const verdict = verdictOf(picture);
    return verdict === UNCERTAIN ? 'uncertain' : picture.defective ? (verdict === DEFECTIVE ? 'found' : 'missed') : (verdict === DEFECTIVE ? 'false-alarm' : 'passed');
}

/** How many pictures of a list have each verdict, by truth: `counts.defective.good` are the missed ones. */
function countVerdicts(list = pictures) {
    const counts = { good: { good: 0, uncertain: 0, defective: 0 }, defective: { good: 0, uncertain: 0, defective: 0 } };
    for (const picture of list) {
        counts[picture.defective ? DEFECTIVE : GOOD][verdictOf(picture)]++;
    }
    return counts;
}

/** The share of the pictures of a kind that score at least so much: a coordinate of the ROC curve. */
function shareFrom(threshold, defective) {
    const list = pictures.filter(picture => picture.defective === defective);
    return list.length ? list.filter(picture => picture.score >= threshold).length / list.length : null;
}

/** Thresholds worth trying. Each lies between two scores, so that rounding moves no picture; null where there is none. */
const suggestions = {
    bestF1() {
        const sorted = [...pictures].sort((a, b) => b.score - a.score);
        const all = sorted.filter(picture => picture.defective).length;
        let found = 0, best = 0, at = null;
        sorted.forEach((picture, i) => {
            found += picture.defective ? 1 : 0;
            const f1 = 2 * found / (i + 1 + all);
            if (picture.score !== sorted[i + 1]?.score && f1 > best) {
                best = f1;
                at = picture.score;
            }
        });
        return at === null ? null : justBelow(at);
    },
    missNone() {
        const list = pictures.filter(picture => picture.defective).map(picture => picture.score);
        return list.length ? justBelow(list.reduce((a, b) => Math.min(a, b))) : null;
    },
    noFalseAlarm() {
        const list = pictures.filter(picture => !picture.defective).map(picture => picture.score);
        if (!list.length) {
            return null;
        }
        const highest = list.reduce((a, b) => Math.max(a, b));
        const above = scores.filter(score => score > highest);
        return above.length ? justBelow(above.reduce((a, b) => Math.min(a, b))) : highest + (scoreRange.high - highest) / 2;
    },
};

/** Half way from a score to the next lower one. */
function justBelow(score) {
    const below = scores.filter(other => other < score);
    return below.length ? (score + below.reduce((a, b) => Math.max(a, b))) / 2 : score;
}
