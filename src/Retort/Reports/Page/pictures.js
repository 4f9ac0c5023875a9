// The pictures: where their bytes are in the page, and how map and mask are painted over them.

const VIEWS = [['original', 'Original'], ['map', 'Map'], ['mask', 'Mask']];

/** What is painted over the pictures; the same everywhere on the page. */
const view = { layer: 'map', opacity: 0.5, outline: true };

const viewListeners = [];

function changeView(changes) {
    Object.assign(view, changes);
    viewListeners.forEach(listener => listener());
}

/** Pictures stand behind the scripts: those that were not read yet are there when this is done. */
const allRead = new Promise(resolve => {
    if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', resolve, { once: true });
    } else {
        resolve();
    }
});

/** The addresses of picture, map and mask. */
async function sourcesOf(index) {
    const place = () => byId(`picture-${index}`);
    if (!place()) {
        await allRead;
    }
    const [picture, map, mask] = place().textContent.split('\n');
    return {
        picture: `data:image/jpeg;base64,${picture}`,
        map: `data:image/png;base64,${map}`,
        mask: mask ? `data:image/png;base64,${mask}` : null,
    };
}

const MASK_COLOR = [255, 79, 163];
const OUTLINE_COLOR = [57, 255, 136];

/** Colors as a canvas keeps them in memory: a 32-bit number a pixel. */
const pixel = ([red, green, blue], alpha) => new Uint32Array(new Uint8Array([red, green, blue, Math.round(255 * alpha)]).buffer)[0];

const mapColors = Array.from({ length: 256 }, (_, level) => [0, 2, 4].map(at => parseInt(data.mapColors.slice(6 * level + at, 6 * level + at + 2), 16)));

/** What a map's levels are painted as. Low levels are clearer than high ones, so that the picture stays visible; at full opacity all are opaque. */
const mapPixels = opacity => Uint32Array.from(mapColors, (rgb, level) => opacity === 0 ? 0 : pixel(rgb, (level / 255) ** (1 / opacity - 1)));

/** What a mask's levels are painted as. */
const maskPixels = opacity => Uint32Array.from({ length: 256 }, (_, level) => level < 128 ? 0 : pixel(MASK_COLOR, opacity));

/** The grey levels of an image, scaled to a square. */
async function levelsOf(source, side) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const context = element('canvas', { width: side, height: side }).getContext('2d', { willReadFrequently: true });
    context.drawImage(image, 0, 0, side, side);
    const rgba = context.getImageData(0, 0, side, side).data;
    return Uint8Array.from({ length: side * side }, (_, i) => rgba[4 * i]);
}

/** Where the outline of what was found runs: 1 in the pixels of a region that are near to its edge. The border of the picture is no edge. */
function outlineOf(levels, side, thickness) {
    const outline = new Uint8Array(side * side);
    const isEdge = (x, y) => {
        for (let v = Math.max(0, y - thickness); v <= Math.min(side - 1, y + thickness); v++) {
            for (let u = Math.max(0, x - thickness); u <= Math.min(side - 1, x + thickness); u++) {
                if (levels[v * side + u] < data.mapThreshold) {
                    return true;
                }
            }
        }
        return false;
    };
    levels.forEach((level, i) => {
        if (level >= data.mapThreshold && isEdge(i % side, Math.floor(i / side))) {
            outline[i] = 1;
        }
    });
    return outline;
}

/**
 * A picture under its map or mask, in a frame of its own shape. `show` loads and paints, `repaint` follows the view, `clear` gives the memory back.
 * @param {number} side pixels of a side of what is painted
 * @param {number} thickness of the outline, in these pixels
 */
function createFrame(side, thickness) {
    const image = element('img', { alt: '', decoding: 'async' });
    const canvas = element('canvas', { 'aria-hidden': 'true' });
    const frame = element('span', { class: 'frame' }, image, canvas);
    let wanted = null, loaded = null;

    async function show(picture) {
        const turn = wanted = {};
        frame.style.aspectRatio = `${picture.width} / ${picture.height}`;
        frame.classList.toggle('tall', picture.height > picture.width);
        const sources = await sourcesOf(picture.index);
        const levels = await levelsOf(sources.map, side);
        const mask = sources.mask && await levelsOf(sources.mask, side);
        if (wanted === turn) { // else something other is to be shown by now, or nothing
            image.src = sources.picture;
            loaded = { levels, mask, outline: outlineOf(levels, side, thickness) };
            frame.dataset.shown = picture.index;
            repaint();
        }
    }

    function repaint() {
        if (!loaded) {
            return;
        }
        canvas.width = canvas.height = side;
        const context = canvas.getContext('2d'), painted = context.createImageData(side, side), pixels = new Uint32Array(painted.data.buffer);
        const under = view.layer === 'map' ? loaded.levels : view.layer === 'mask' ? loaded.mask : null;
        if (under) {
            const table = (view.layer === 'map' ? mapPixels : maskPixels)(view.opacity);
            under.forEach((level, i) => { pixels[i] = table[level]; });
        }
        if (view.outline) {
            const line = pixel(OUTLINE_COLOR, 1);
            loaded.outline.forEach((on, i) => { pixels[i] = on ? line : pixels[i]; });
        }
        context.putImageData(painted, 0, 0);
    }

    function clear() {
        wanted = loaded = null;
        image.removeAttribute('src');
        canvas.width = canvas.height = 0;
        delete frame.dataset.shown;
    }

    return { frame, show, repaint, clear };
}

/** The controls of the view. Every set of them shows what the others changed. */
function createViewControls(name) {
    const radios = VIEWS.map(([layer, title]) => [layer, element('input', { type: 'radio', name, value: layer, change: () => changeView({ layer }) }), title]);
    const opacity = element('input', { type: 'range', min: 0, max: 100, input: () => changeView({ opacity: opacity.value / 100 }) });
    const outline = element('input', { type: 'checkbox', change: () => changeView({ outline: outline.checked }) });
    const refresh = () => {
        radios.forEach(([layer, radio]) => { radio.checked = view.layer === layer; });
        opacity.value = Math.round(100 * view.opacity);
        opacity.setAttribute('aria-valuetext', `${opacity.value} %`);
        opacity.disabled = view.layer === 'original';
        outline.checked = view.outline;
    };
    viewListeners.push(refresh);
    refresh();
    return [
        element('fieldset', { class: 'segments' }, element('legend', {}, 'Show'), ...radios.map(([, radio, title]) => element('label', {}, radio, element('span', {}, title)))),
        element('label', { class: 'field' }, element('span', {}, 'Opacity'), opacity),
        element('label', { class: 'check' }, outline, element('span', {}, 'Outline what was found')),
    ];
}
