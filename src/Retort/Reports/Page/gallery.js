// The pictures in rows: ordered, filtered, and loaded only where they are near to the window.

const CARD_SIDE = 192;
const NEAR = '800px 0px';
/** Cards that a print shows, as in the style sheet. */
const PRINTED = 24;

const filter = { outcome: 'all', kind: 'all', text: '', order: 'worst' };

const outcomeRank = Object.keys(outcomes);

/** Ways to order. The worst are misses, the lowest score first; then false alarms, the highest first; then what was close. */
const orders = {
    worst: ['Worst first', (a, b) => {
        const [p, q] = [outcomeOf(a), outcomeOf(b)];
        return outcomeRank.indexOf(p) - outcomeRank.indexOf(q) || (p === 'missed' || p === 'found' ? a.score - b.score : b.score - a.score);
    }],
    highest: ['Highest score first', (a, b) => b.score - a.score],
    lowest: ['Lowest score first', (a, b) => a.score - b.score],
    name: ['By name', (a, b) => a.index - b.index],
};

/** Asks the gallery to show one kind only, and goes there. */
function showKind(kind) {
    changeFilter({ kind, outcome: 'all', text: '' });
    byId('pictures').scrollIntoView();
    byId('filter-kind').focus();
}

let arrangeGallery = () => {};

function changeFilter(changes) {
    Object.assign(filter, changes);
    arrangeGallery();
}

function createGallery() {
    const gallery = byId('gallery');
    const cards = pictures.map(createCard);
    const controls = createFilters();
    let shown = [];
    let current = null;

    const near = new IntersectionObserver(entries => entries.forEach(({ target, isIntersecting }) => {
        const card = cards[target.dataset.index];
        card.near = isIntersecting;
        load(card);
    }), { rootMargin: NEAR });

    /** A card has its picture while it is near to the window, and while it is among the first: a print has those, and does not wait. */
    function load(card) {
        const wanted = card.near || shown.slice(0, PRINTED).includes(card);
        if (wanted && !card.loaded) {
            card.frame.show(card.picture);
        } else if (!wanted && card.loaded) {
            card.frame.clear();
        }
        card.loaded = wanted;
    }

    arrangeGallery = () => {
        const text = filter.text.toLowerCase();
        const candidates = pictures.filter(picture => (filter.kind === 'all' || picture.kind === filter.kind) && picture.path.toLowerCase().includes(text));
        shown = candidates.filter(picture => filter.outcome === 'all' || outcomeOf(picture) === filter.outcome)
            .sort((a, b) => orders[filter.order][1](a, b) || a.index - b.index).map(picture => cards[picture.index]);
        shown.forEach(card => card.refresh());
        gallery.replaceChildren(...shown.map(card => card.item));
        setCurrent(shown.includes(current) ? current : shown[0] ?? null);
        byId('gallery-count').textContent = shown.length ? `${shown.length} of ${pictures.length} pictures` : 'No picture fits these filters.';
        controls.refresh(candidates);
        (window.requestIdleCallback ?? setTimeout)(() => cards.forEach(load));
    };

    cards.forEach(card => near.observe(card.item));
    let waiting = 0;
    onThresholds(() => {
        // The rows need not follow every move of the hand.
        clearTimeout(waiting);
        waiting = setTimeout(arrangeGallery, 150);
    });
    arrangeGallery();
    viewListeners.push(() => cards.forEach(card => card.frame.repaint()));

    /** One card takes part in the order of the Tab key; arrow keys move among the others. */
    function setCurrent(card) {
        current?.button.setAttribute('tabindex', -1);
        card?.button.setAttribute('tabindex', 0);
        current = card;
    }

    function focusCard(at) {
        const card = shown[Math.min(shown.length - 1, Math.max(0, at))];
        setCurrent(card);
        card.button.focus();
        card.item.scrollIntoView({ block: 'nearest' });
    }

    gallery.addEventListener('focusin', event => setCurrent(cards[event.target.closest('li').dataset.index]));
    gallery.addEventListener('keydown', event => {
        const columns = getComputedStyle(gallery).gridTemplateColumns.split(' ').length;
        const at = shown.indexOf(current);
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: shown.length - 1 }[event.key];
        if (to !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
            event.preventDefault();
            if (to >= 0 && to < shown.length) {
                focusCard(to);
            }
        }
    });
    gallery.addEventListener('click', event => {
        const item = event.target.closest('li');
        if (item) {
            const at = shown.indexOf(cards[item.dataset.index]);
            openDetail(shown.map(card => card.picture), at, focusCard);
        }
    });
}

function createCard(picture) {
    const frame = createFrame(CARD_SIDE, 1);
    const button = element('button', { type: 'button', class: 'picture', tabindex: -1 }, frame.frame);
    const outcome = element('span', { class: 'outcome' });
    const item = element('li', { class: 'card', 'data-index': picture.index }, button,
        element('span', { class: 'name', title: picture.path }, picture.path),
        element('span', { class: 'facts' }, outcome, element('span', { class: 'score' }, formatScore(picture.score))));
    function refresh() {
        const key = outcomeOf(picture), { word, mark } = outcomes[key];
        item.dataset.outcome = key;
        outcome.textContent = `${mark} ${word}`;
        button.setAttribute('aria-label', `${picture.path}: ${word}, score ${formatScore(picture.score)}`);
    }
    return { picture, item, button, frame, refresh, near: false, loaded: false };
}

/** The toolbar. */
function createFilters() {
    const radios = ['all', ...Object.keys(outcomes)].map(key => {
        const count = element('span', { class: 'amount' });
        const radio = element('input', { type: 'radio', name: 'outcome', value: key, change: () => changeFilter({ outcome: key }) });
        return { key, radio, count, label: element('label', {}, radio, element('span', {}, `${key === 'all' ? 'All' : outcomes[key].plural} `, count)) };
    });
    const select = (id, choices, key) => element('select', { id, change: event => changeFilter({ [key]: event.target.value }) },
        ...choices.map(([value, title]) => element('option', { value }, title)));
    const kinds = select('filter-kind', [['all', 'All kinds'], ...[...new Set(pictures.map(picture => picture.kind))].map(kind => [kind, words(kind)])], 'kind');
    const order = select('filter-order', Object.entries(orders).map(([key, [title]]) => [key, title]), 'order');
    const text = element('input', { type: 'search', id: 'filter-text', placeholder: 'part of a name', input: () => changeFilter({ text: text.value }) });
    byId('toolbar').append(
        element('div', { class: 'row' }, ...createViewControls('view')),
        element('div', { class: 'row' },
            element('fieldset', { class: 'segments outcomes' }, element('legend', {}, 'Outcome'), ...radios.map(({ label }) => label)),
            element('label', { class: 'field' }, element('span', {}, 'Kind'), kinds),
            element('label', { class: 'field' }, element('span', {}, 'Order'), order),
            element('label', { class: 'field' }, element('span', {}, 'Name'), text)));

    /** Shows the state of the filters, and how many of the candidates each outcome has. */
    function refresh(candidates) {
        const counts = Map.groupBy(candidates, outcomeOf);
        radios.forEach(({ key, radio, count, label }) => {
            radio.checked = filter.outcome === key;
            count.textContent = `${key === 'all' ? candidates.length : counts.get(key)?.length ?? 0}`;
            label.hidden = key === 'uncertain' && !thresholds.banded && filter.outcome !== 'uncertain';
        });
        kinds.value = filter.kind;
        order.value = filter.order;
        if (text.value !== filter.text) {
            text.value = filter.text;
        }
    }
    return { refresh };
}
