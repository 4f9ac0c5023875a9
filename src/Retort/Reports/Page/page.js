// What all scripts of the page share: the data, ways to make elements, and how numbers are written.

/** What the page shows; see ReportData. The pictures themselves are in elements of their own, see pictures.js. */
const data = JSON.parse(document.getElementById('data').textContent);

/** The picture's number is its place in this list. */
const pictures = data.pictures.map((picture, index) => ({ ...picture, index }));

/**
 * Makes an element. Text is only ever set as text, so that no name can become markup.
 * @param {string} name its tag
 * @param {object} attributes values that are functions listen to the event of that name; false and null leave an attribute out
 * @param {...(Node|string)} children
 */
function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === 'function') {
            made.addEventListener(key, value);
        } else if (value !== false && value !== null) {
            made.setAttribute(key, value === true ? '' : value);
        }
    }
    made.append(...children);
    return made;
}

/** The element with an id. */
const byId = id => document.getElementById(id);

const scores = pictures.map(picture => picture.score);

/** The scores and thresholds that charts span, with a little room on both sides. */
const scoreRange = (() => {
    const all = [...scores, data.thresholds.uncertain, data.thresholds.defective];
    const low = all.reduce((a, b) => Math.min(a, b)), high = all.reduce((a, b) => Math.max(a, b));
    const room = (high - low) * 0.03 || Math.abs(high) * 0.1 || 1;
    return { low: low - room, high: high + room };
})();

/** Decimals that tell scores apart at a thousandth of their range. */
const scoreDecimals = Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(scoreRange.high - scoreRange.low))));

const formatScore = score => score.toFixed(scoreDecimals);

const formatPercent = (share, decimals = 1) => share === null || Number.isNaN(share) ? '–' : `${(100 * share).toFixed(decimals)} %`;

/** A folder's name as words. */
const words = name => name.replaceAll('_', ' ');

/** A color of the style sheet, for what is drawn. */
const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
