// ROC, precision-recall and per-region-overlap curves, with the place of the thresholds on them.

/** A line of a chart: a curve of the data, and how it is drawn. */
function line(label, name, [xs, ys], metric, stepped = false) {
    return { label, name, xs, ys, metric, stepped };
}

function createCurves() {
    const curves = data.curves, limit = curves.falsePositiveLimit;
    const metric = key => data.metrics.rows.find(row => row.key === key).values[0];
    const fromOrigin = ([xs, ys]) => xs.length ? [[0, ...xs], [0, ...ys]] : [[], []];
    const fromTop = ([xs, ys]) => xs.length ? [[0, ...xs], [ys[0], ...ys]] : [[], []];
    byId('curve-figures').append(
        createCurve('ROC', 'good ones mistaken', 'defective ones found', 1, [
            line('pictures', 'pictures', fromOrigin(curves.imageRoc), metric('image_auroc')),
            line('pixels', 'pixels', fromOrigin(curves.pixelRoc), metric('pixel_auroc')),
        ], 'area under the curve', threshold => [shareFrom(threshold, false), shareFrom(threshold, true)]),
        createCurve('Precision and recall', 'recall', 'precision', 1, [
            line('pictures', 'pictures', fromTop(curves.imagePrecisionRecall), metric('image_ap'), true),
            line('pixels', 'pixels', fromTop(curves.pixelPrecisionRecall), metric('pixel_ap'), true),
        ], 'average precision', precisionRecallAt),
        createCurve('Per-region overlap', 'normal pixels mistaken', 'mean share of a defect found', limit, [
            line('regions', 'pixels', fromOrigin(curves.regionOverlap), metric('aupro')),
        ], `area up to ${limit}, as a share`),
    );
}

function precisionRecallAt(threshold) {
    const judged = pictures.filter(picture => picture.score >= threshold);
    const found = judged.filter(picture => picture.defective).length;
    return [shareFrom(threshold, true), judged.length ? found / judged.length : null];
}

/** A figure of one chart. `pointAt` gives the place of an image threshold; without it none is marked. */
function createCurve(title, xLabel, yLabel, xEnd, lines, meaning, pointAt) {
    const shown = lines.filter(({ xs }) => xs.length);
    const place = element('div', { class: 'chart', role: 'img', 'aria-label': `${title}: ${lines.map(l => `${l.label} ${formatPercent(l.metric)}`).join(', ')} ${meaning}` });
    const figure = element('figure', { class: 'panel curve' },
        element('h3', {}, title),
        place,
        element('figcaption', {}, ...lines.map(l => element('span', { class: `key ${l.name}` }, `${l.label} ${formatPercent(l.metric)}`)), element('span', { class: 'meaning' }, meaning)));
    if (!shown.length) {
        place.replaceWith(element('p', { class: 'empty' }, 'Needs good and defective pictures, and masks for what concerns pixels.'));
        return figure;
    }

    const percents = (_, splits) => splits.map(split => `${Math.round(100 * split)}`);
    const options = {
        mode: 2,
        scales: { x: { time: false, range: [0, xEnd] }, y: { range: [0, 1] } },
        axes: [axis(`${xLabel}, %`, { values: percents, space: 40, size: 28 }), axis(`${yLabel}, %`, { values: percents, size: 42, space: 32 })],
        series: [null, ...shown.map(l => ({
            label: l.label, stroke: () => color(`--${l.name}`), width: 2, dash: l.name === 'pixels' ? [7, 4] : [], points: { show: false },
            paths: l.stepped ? uPlot.paths.stepped({ align: -1 }) : uPlot.paths.linear(),
            facets: [{ scale: 'x', auto: false, sorted: 1 }, { scale: 'y', auto: false }],
        }))],
        hooks: { draw: [u => pointAt && markThresholds(u, pointAt)] },
        padding: [10, 12, 0, 0],
    };
    // The place has its width only when the figure stands in the page.
    requestAnimationFrame(() => {
        const chart = createChart(place, options, [null, ...shown.map(l => [l.xs, l.ys])], width => Math.min(320, Math.max(200, Math.round(0.82 * width))));
        onThresholds(() => chart.redraw(false));
    });
    return figure;
}

function markThresholds(u, pointAt) {
    for (const [threshold, name] of [[thresholds.uncertain, UNCERTAIN], [thresholds.defective, DEFECTIVE]]) {
        const [x, y] = pointAt(threshold);
        if (x === null || y === null || (name === UNCERTAIN && !thresholds.banded)) {
            continue;
        }
        u.ctx.setLineDash([]);
        u.ctx.beginPath();
        u.ctx.arc(u.valToPos(x, 'x', true), u.valToPos(y, 'y', true), 5 * devicePixelRatio, 0, 2 * Math.PI);
        u.ctx.fillStyle = color(`--${name}`);
        u.ctx.strokeStyle = color('--surface');
        u.ctx.lineWidth = 2 * devicePixelRatio;
        u.ctx.fill();
        u.ctx.stroke();
    }
}
