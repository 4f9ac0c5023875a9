// uPlot as this page uses it: as wide as its place, in the colors of the style sheet, without its own legend and zoom.

const charts = [];
const FONT = '12px system-ui, sans-serif';

/** Options of an axis. */
function axis(label, more = {}) {
    return {
        label,
        labelFont: FONT,
        labelSize: 22,
        labelGap: 2,
        font: FONT,
        stroke: () => color('--muted'),
        grid: { stroke: () => color('--grid'), width: 1 },
        ticks: { stroke: () => color('--grid'), width: 1, size: 4 },
        ...more,
    };
}

/** Makes a chart that follows the width of its place. `height` is a function of the width. */
function createChart(place, options, values, height) {
    const size = () => {
        const width = Math.max(160, Math.floor(place.clientWidth));
        return { width, height: height(width) };
    };
    const chart = new uPlot({ ...size(), legend: { show: false }, cursor: { show: false }, ...options }, values, place);
    chart.root.querySelectorAll('canvas').forEach(canvas => canvas.setAttribute('aria-hidden', 'true'));
    new ResizeObserver(() => {
        const { width, height: high } = size();
        if (width !== chart.width || high !== chart.height) {
            chart.setSize({ width, height: high });
        }
    }).observe(place);
    charts.push(chart);
    return chart;
}

function redrawCharts() {
    charts.forEach(chart => chart.redraw());
}

/** A canvas keeps the colors it was drawn with: draw anew for another scheme and for paper. */
function followColors() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawCharts);
    const onPaper = paper => {
        document.documentElement.classList.toggle('paper', paper);
        redrawCharts();
    };
    addEventListener('beforeprint', () => onPaper(true));
    addEventListener('afterprint', () => onPaper(false));
}
