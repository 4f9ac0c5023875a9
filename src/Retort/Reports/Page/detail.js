// One picture, large. Arrow keys go through the pictures as the gallery shows them, 1 to 3 choose what is painted over it.

const DETAIL_SIDE = 512;

let openDetail = () => {};

function createDetail() {
    const dialog = byId('detail');
    const frame = createFrame(DETAIL_SIDE, 2);
    const title = element('h2', { id: 'detail-heading' }), position = element('p', { class: 'position' }), facts = element('dl', { class: 'details' });
    const go = (by, label, sign) => element('button', { type: 'button', 'aria-label': label, title: label, click: () => move(by) }, sign);
    const previous = go(-1, 'Previous picture', '←'), next = go(1, 'Next picture', '→');
    next.autofocus = true;
    dialog.append(
        element('div', { class: 'stage' }, frame.frame),
        element('div', { class: 'side' },
            element('div', { class: 'head' }, element('div', {}, title, position), element('button', { type: 'button', class: 'close', 'aria-label': 'Close', title: 'Close (Esc)', click: () => dialog.close() }, '✕')),
            facts,
            element('div', { class: 'row' }, ...createViewControls('detail-view')),
            element('p', { class: 'hint' }, 'Keys: ← → go through the pictures, 1 2 3 choose the view, Esc closes.'),
            element('div', { class: 'steps' }, previous, next)));
    let list = [], at = 0, back = () => {};

    function refresh() {
        const picture = list[at], key = outcomeOf(picture);
        title.textContent = picture.path;
        position.textContent = `${at + 1} of ${list.length}`;
        const fact = (term, ...text) => element('div', {}, element('dt', {}, term), element('dd', {}, ...text));
        facts.replaceChildren(
            fact('In truth', picture.defective ? `defective: ${words(picture.kind)}` : 'good'),
            fact('Judged', verdictOf(picture), ' ', element('span', { class: 'outcome', 'data-outcome': key }, `${outcomes[key].mark} ${outcomes[key].word}`)),
            fact('Score', formatScore(picture.score)),
            fact('Picture', `${picture.width} × ${picture.height} pixels`),
            ...picture.defective && !picture.masked ? [fact('Mask', 'there is none')] : []);
        previous.disabled = at === 0;
        next.disabled = at === list.length - 1;
        frame.show(picture);
    }

    function move(by) {
        if (at + by >= 0 && at + by < list.length) {
            at += by;
            refresh();
        }
    }

    openDetail = (shown, index, whenClosed) => {
        [list, at, back] = [shown, index, whenClosed];
        dialog.showModal();
        refresh();
    };
    dialog.addEventListener('keydown', event => {
        // Controls that use the arrow keys themselves keep them.
        const by = event.target.matches('input') ? 0 : { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
        const chosen = VIEWS[['1', '2', '3'].indexOf(event.key)];
        if (by) {
            event.preventDefault();
            move(by);
        } else if (chosen) {
            changeView({ layer: chosen[0] });
        }
    });
    dialog.addEventListener('click', event => event.target === dialog && dialog.close());
    dialog.addEventListener('close', () => {
        frame.clear();
        back(at);
    });
    viewListeners.push(frame.repaint);
}
