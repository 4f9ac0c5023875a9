// How the scores of good and defective pictures spread, and the thresholds among them, to be moved by hand.

const BINS = 48;

/** Pictures a bin: good ones, defective ones. */
function countBins() {
    const width = (scoreRange.high - scoreRange.low) / BINS;
    const good = new Array(BINS).fill(0), defective = new Array(BINS).fill(0);
    for (const picture of pictures) {
        const bin = Math.min(BINS - 1, Math.floor((picture.score - scoreRange.low) / width));
        (picture.defective ? defective : good)[bin]++;
    }
    return { width, good, defective, centers: good.map((_, bin) => scoreRange.low + (bin + 0.5) * width) };
}

function createHistogram() {
    const place = byId('histogram');
    const bins = countBins();
    const highest = Math.max(1, ...bins.good), deepest = Math.max(1, ...bins.defective);
    const bars = uPlot.paths.bars({ size: [0.9, 64] });
    const series = (label, name) => ({ label, stroke: () => color(`--${name}`), fill: () => color(`--${name}`), width: 0, paths: bars, points: { show: false } });
    const positionOf = (u, score) => u.valToPos(Math.min(scoreRange.high, Math.max(scoreRange.low, score)), 'x', true);
    let handles = [];
    const chart = createChart(place, {
        scales: {
            x: { time: false, range: [scoreRange.low, scoreRange.high] },
            y: { range: [-1.08 * deepest, 1.08 * highest] },
        },
        axes: [
            axis('score', { size: 28 }),
            axis('pictures', { size: 46, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], values: (_, splits) => splits.map(Math.abs) }),
        ],
        series: [{}, series('good', GOOD), series('defective', DEFECTIVE)],
        cursor: { show: true, x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
        hooks: { drawClear: [shadeZones], draw: [drawThresholds], setCursor: [readOut], setSize: [() => handles.forEach(handle => handle.place())] },
    }, [bins.centers, bins.good.map(count => count || null), bins.defective.map(count => -count || null)], width => width < 480 ? 240 : 320);

    /** Tints what is judged uncertain and defective. */
    function shadeZones(u) {
        const shade = (from, to, name) => {
            u.ctx.fillStyle = color(name);
            u.ctx.fillRect(positionOf(u, from), u.bbox.top, positionOf(u, to) - positionOf(u, from), u.bbox.height);
        };
        shade(thresholds.uncertain, thresholds.defective, '--uncertain-zone');
        shade(thresholds.defective, scoreRange.high, '--defective-zone');
    }

    /** The thresholds as lines: part of the drawing, so that prints have them too. The handles are what moves them. */
    function drawThresholds(u) {
        for (const name of thresholds.banded ? [UNCERTAIN, DEFECTIVE] : [DEFECTIVE]) {
            u.ctx.fillStyle = color(`--${name}`);
            u.ctx.fillRect(positionOf(u, thresholds[name]) - devicePixelRatio, u.bbox.top, 2 * devicePixelRatio, u.bbox.height);
        }
    }

    function readOut(u) {
        const bin = u.cursor.idx;
        const from = bin === null || bin === undefined ? 0 : scoreRange.low + bin * bins.width;
        byId('histogram-readout').textContent = bin === null || bin === undefined ? ''
            : `${formatScore(from)} to ${formatScore(from + bins.width)}: ${bins.good[bin]} good, ${bins.defective[bin]} defective`;
    }

    handles = [createHandle(chart, UNCERTAIN, 'Uncertain from'), createHandle(chart, DEFECTIVE, 'Defective from')];
    onThresholds(() => {
        handles.forEach(handle => handle.place());
        chart.redraw(false);
    });
}

/** A threshold as a line over the histogram that pointer and arrow keys move. */
function createHandle(chart, name, label) {
    const handle = element('div', {
        class: `handle ${name}`, role: 'slider', tabindex: 0, 'aria-label': label, 'aria-orientation': 'horizontal', 'aria-controls': 'confusion gallery',
        'aria-valuemin': formatScore(scoreRange.low), 'aria-valuemax': formatScore(scoreRange.high), keydown: onKey, pointerdown: onGrip, pointermove: onDrag,
    }, element('span', { class: 'grip' }));
    chart.over.append(handle);
    const step = (scoreRange.high - scoreRange.low) / 250;

    function place() {
        const score = thresholds[name];
        handle.hidden = name === UNCERTAIN && !thresholds.banded;
        handle.style.left = `${chart.valToPos(score, 'x')}px`;
        handle.setAttribute('aria-valuenow', formatScore(score));
        handle.setAttribute('aria-valuetext', formatScore(score));
    }

    function moveTo(score) {
        moveThresholds({ [name]: Math.min(scoreRange.high, Math.max(scoreRange.low, score)) });
    }

    function onKey(event) {
        const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
        if (steps) {
            moveTo(thresholds[name] + steps * step);
        } else if (event.key === 'Home' || event.key === 'End') {
            moveTo(event.key === 'Home' ? scoreRange.low : scoreRange.high);
        } else {
            return;
        }
        event.preventDefault();
    }

    function onGrip(event) {
        handle.setPointerCapture(event.pointerId);
        handle.focus();
        event.preventDefault();
    }

    function onDrag(event) {
        if (handle.hasPointerCapture(event.pointerId)) {
            moveTo(chart.posToVal(event.clientX - chart.over.getBoundingClientRect().left, 'x'));
        }
    }

    return { place };
}
