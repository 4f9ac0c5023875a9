// Figures in words and tables: the tiles at the top, thresholds and confusion counts, kinds, metrics, and what is known of the detector.

const share = (part, whole) => whole ? part / whole : null;

function table(caption, head, rows) {
    return element('table', {}, element('caption', { class: 'visually-hidden' }, caption), element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
}

const heading = (text, attributes = {}) => element('th', { scope: 'col', ...attributes }, text);

/** A cell with a number. */
const number = (text, attributes = {}) => element('td', { class: 'number', ...attributes }, text);

function createTiles() {
    const tile = (label, value, note) => element('div', { class: 'tile' }, element('dt', {}, label), element('dd', {}, value, element('span', { class: 'note' }, note)));
    const metric = key => {
        const row = data.metrics.rows.find(candidate => candidate.key === key);
        return row.values[0] === null ? [] : [tile(row.title, formatPercent(row.values[0]), '')];
    };
    const figures = [...metric('image_auroc'), ...metric('pixel_auroc'), ...metric('pixel_ap'), ...metric('aupro'), tile('time in the model', `${data.milliseconds.toFixed(0)} ms`, '')];
    onThresholds(() => {
        const { good, defective } = countVerdicts();
        const goods = good.good + good.uncertain + good.defective, defects = defective.good + defective.uncertain + defective.defective;
        byId('tiles').replaceChildren(
            tile('defects found', `${defective.defective}`, `of ${defects}`),
            tile('false alarms', `${good.defective}`, `of ${goods} good`),
            ...thresholds.banded ? [tile('uncertain', `${good.uncertain + defective.uncertain}`, `of ${pictures.length}`)] : [],
            ...figures);
    });
}

/** Inputs for the thresholds, and thresholds worth trying. */
function createThresholds() {
    const step = Number((10 ** -scoreDecimals).toFixed(scoreDecimals));
    const input = name => element('input', {
        type: 'number', step, id: `threshold-${name}`,
        change: event => Number.isFinite(event.target.valueAsNumber) ? moveThresholds({ [name]: event.target.valueAsNumber }) : refresh(),
    });
    const uncertain = input(UNCERTAIN), defective = input(DEFECTIVE);
    const banded = element('input', { type: 'checkbox', id: 'banded', change: () => setBand(banded.checked) });
    const low = element('label', { class: 'field', for: 'threshold-uncertain' }, element('span', { class: 'key uncertain' }, 'Uncertain from'), uncertain);
    const suggest = (label, title, name, find) => {
        const score = find();
        return element('button', { type: 'button', title, disabled: score === null, click: () => moveThresholds({ [thresholds.banded ? name : DEFECTIVE]: score }) }, label);
    };
    byId('thresholds').append(
        element('div', { class: 'inputs' },
            element('label', { class: 'field', for: 'threshold-defective' }, element('span', { class: 'key defective' }, 'Defective from'), defective),
            low,
            element('label', { class: 'check' }, banded, element('span', {}, 'Uncertain band'))),
        element('div', { class: 'suggestions', role: 'group', 'aria-label': 'Set the threshold' },
            element('button', { type: 'button', title: 'The thresholds of the detector', click: () => moveThresholds({ ...data.thresholds, banded: data.thresholds.uncertain < data.thresholds.defective }) }, 'Detector’s own'),
            suggest('Best F1', 'The threshold of the highest F1 on these pictures', DEFECTIVE, suggestions.bestF1),
            suggest('Miss none', 'The highest threshold that misses no defect of these pictures', UNCERTAIN, suggestions.missNone),
            suggest('No false alarm', 'The lowest threshold that mistakes no good picture of these', DEFECTIVE, suggestions.noFalseAlarm)));

    function refresh() {
        uncertain.value = formatScore(thresholds.uncertain);
        defective.value = formatScore(thresholds.defective);
        banded.checked = thresholds.banded;
        low.hidden = !thresholds.banded;
    }
    onThresholds(refresh);
}

/** The confusion counts, and the rates that follow from them. */
function createConfusion() {
    let announcing = 0;
    onThresholds(() => {
        const counts = countVerdicts();
        const verdicts = thresholds.banded ? [GOOD, UNCERTAIN, DEFECTIVE] : [GOOD, DEFECTIVE];
        const row = (truth, label) => element('tr', {}, element('th', { scope: 'row' }, label), ...verdicts.map(verdict =>
            number(`${counts[truth][verdict]}`, { class: `number ${counts[truth][verdict] === 0 ? '' : verdict === UNCERTAIN ? 'unsure' : verdict === truth ? 'right' : 'wrong'}`, 'data-count': `${truth}-${verdict}` })));
        const tp = counts.defective.defective, fp = counts.good.defective;
        const goods = counts.good.good + counts.good.uncertain + fp, defects = counts.defective.good + counts.defective.uncertain + tp;
        const rate = (label, value, name) => element('div', {}, element('dt', {}, label), element('dd', { 'data-rate': name }, formatPercent(value)));
        byId('confusion').replaceChildren(
            table('Confusion counts', [heading('in truth'), ...verdicts.map(verdict => heading(`judged ${verdict}`, { class: 'number' }))], [row(GOOD, 'good'), row(DEFECTIVE, 'defective')]),
            element('dl', { class: 'rates' },
                rate('recall', share(tp, defects), 'recall'),
                rate('false alarms', share(fp, goods), 'false-alarms'),
                rate('precision', share(tp, tp + fp), 'precision'),
                rate('F1', share(2 * tp, tp + fp + defects), 'f1')));
        // Said aloud when the moving has come to an end.
        clearTimeout(announcing);
        announcing = setTimeout(() => {
            byId('announcement').textContent = `${tp} of ${defects} defects found, ${fp} of ${goods} good pictures mistaken.`;
        }, 600);
    });
}

/** What becomes of each kind of pictures. */
function createKinds() {
    const kinds = Map.groupBy(pictures, picture => picture.kind);
    const order = [...kinds.keys()].sort((a, b) => kinds.get(a)[0].defective - kinds.get(b)[0].defective || (a < b ? -1 : 1));
    onThresholds(() => {
        const rows = order.map(kind => {
            const list = kinds.get(kind), truth = list[0].defective ? DEFECTIVE : GOOD, counts = countVerdicts(list)[truth];
            const wrong = truth === GOOD ? counts.defective : counts.good;
            const bar = [['right', counts[truth]], ['unsure', counts.uncertain], ['wrong', wrong]].map(([name, count]) => {
                const part = element('span', { class: name });
                part.style.flexGrow = count;
                return part;
            });
            return element('tr', { 'data-kind': kind },
                element('th', { scope: 'row' }, element('button', { type: 'button', class: 'link', title: 'Show these pictures', click: () => showKind(kind) }, words(kind))),
                number(`${list.length}`),
                number(`${counts[truth]}`),
                ...thresholds.banded ? [number(`${counts.uncertain}`)] : [],
                number(`${wrong}`, { class: wrong ? 'number wrong' : 'number' }),
                element('td', { class: 'bar-cell' }, element('span', { class: 'bar', role: 'img', 'aria-label': `${formatPercent(share(counts[truth], list.length), 0)} right` }, ...bar)));
        });
        byId('kinds-table').replaceChildren(table('What becomes of each kind', [
            heading('kind'), heading('pictures', { class: 'number' }), heading('right', { class: 'number' }),
            ...thresholds.banded ? [heading('uncertain', { class: 'number' })] : [], heading('wrong', { class: 'number' }), heading('share', { class: 'bar-cell' }),
        ], rows));
    });
}

function createMetrics() {
    const { maps, rows } = data.metrics;
    byId('metrics-table').append(table('Metrics of each map',
        [heading('metric, %'), ...maps.map((map, i) => heading(maps.length > 1 && i === 0 ? `${map} (decides)` : map, { class: 'number' }))],
        rows.map(row => element('tr', { 'data-metric': row.key }, element('th', { scope: 'row' }, row.title), ...row.values.map(value => number(value === null ? '–' : (100 * value).toFixed(1)))))));
}

function createDetails() {
    byId('subtitle').textContent = [data.method, `${pictures.length} test pictures`, `${pictures.filter(picture => picture.defective).length} of them defective`, ...data.made ? [`made ${data.made}`] : []].join(' · ');
    byId('details').append(...data.details.map(([term, text]) => element('div', {}, element('dt', {}, term), element('dd', {}, text))));
    if (data.warnings.length) {
        byId('warnings').append(element('ul', { class: 'notice' }, ...data.warnings.map(warning => element('li', {}, warning))));
    }
    if (data.introduction) {
        byId('introduction').textContent = data.introduction;
        byId('introduction').hidden = false;
    }
    if (data.next) {
        byId('next-commands').textContent = data.next;
        byId('next').hidden = false;
    }
}
