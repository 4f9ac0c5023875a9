using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Retort.Tests.Reports;

/// <summary>The page as a person has it before them. What its 80 pictures score is told at <see cref="SampleReport"/>.</summary>
public sealed class ReportInBrowserTests(Browser browser) : IClassFixture<Browser>
{
    private const string Gallery = "#gallery .card";

    [BrowserFact]
    public async Task It_opens_without_an_error_and_asks_the_network_for_nothing()
    {
        var requests = new List<string>();
        var complaints = new List<string>();
        IPage page = await browser.OpenAsync(browser.Small, before: p =>
        {
            p.Request += (_, request) => requests.Add(request.Url);
            p.Console += (_, message) => complaints.Add(message.Text);
            p.PageError += (_, error) => complaints.Add(error);
        });
        await page.Locator($"{Gallery} .frame[data-shown]").First.WaitForAsync();
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        Assert.Empty(complaints);
        Assert.All(requests.Where(r => r != browser.Small), request => Assert.StartsWith("data:", request, StringComparison.Ordinal));
        await Expect(page).ToHaveTitleAsync("parts & <pieces> - Retort report");
        await Expect(page.Locator("#introduction")).ToHaveTextAsync("An introduction of </p><b>one</b> paragraph.");
        await Expect(page.Locator("#next-commands")).ToHaveTextAsync("retort train --data DIR > log");
        await Expect(page.Locator("#kinds-table tbody th")).ToHaveTextAsync(["good", SampleReport.HostileKind, "deep scratch"]);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task A_threshold_that_is_typed_changes_all_counts()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        await ExpectCounts(page, 30, 10, 10, 30);
        await Expect(page.Locator("#tiles .tile").First).ToHaveTextAsync("defects found30of 40");
        await Expect(page.Locator("[data-rate=precision]")).ToHaveTextAsync("75.0 %");

        await page.Locator("#threshold-defective").FillAsync("1.5");
        await page.Keyboard.PressAsync("Enter");
        await ExpectCounts(page, 20, 20, 0, 40);
        await Expect(page.Locator("[data-rate=recall]")).ToHaveTextAsync("100.0 %");
        await Expect(page.Locator("[data-rate=f1]")).ToHaveTextAsync("80.0 %");
        await Expect(page.Locator("#tiles .tile").First).ToHaveTextAsync("defects found40of 40");
        await Expect(page.Locator("tr[data-kind=good] .number")).ToHaveTextAsync(["40", "20", "20"]);
        await Expect(page.Locator($"{Gallery}[data-outcome=false-alarm]")).ToHaveCountAsync(20);
        await Expect(page.Locator($"{Gallery}[data-outcome=missed]")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Detector’s own" }).ClickAsync();
        await ExpectCounts(page, 30, 10, 10, 30);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task A_threshold_moves_by_arrow_keys_and_by_the_mouse()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        ILocator handle = page.GetByRole(AriaRole.Slider, new() { Name = "Defective from" });
        await handle.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await ExpectCounts(page, 0, 40, 0, 40);
        await page.Keyboard.PressAsync("End");
        await ExpectCounts(page, 40, 0, 40, 0);
        await page.Keyboard.PressAsync("PageDown");
        double after = double.Parse((await handle.GetAttributeAsync("aria-valuenow"))!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(after, 3.3, 3.5);

        LocatorBoundingBoxResult box = (await handle.BoundingBoxAsync())!;
        LocatorBoundingBoxResult chart = (await page.Locator("#histogram .u-over").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(chart.X + 1, box.Y + 30);
        await page.Mouse.UpAsync();
        await ExpectCounts(page, 0, 40, 0, 40);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Between_two_thresholds_pictures_are_uncertain()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        await page.GetByLabel("Uncertain band").CheckAsync();
        await page.GetByLabel("Uncertain from", new() { Exact = true }).And(page.Locator("input")).FillAsync("1");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-count]")).ToHaveTextAsync(["10", "20", "10", "0", "10", "30"]);
        await Expect(page.Locator($"{Gallery}[data-outcome=uncertain]")).ToHaveCountAsync(30);
        await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Uncertain from" })).ToHaveAttributeAsync("aria-valuenow", "1.000");

        // The lower one takes the upper one along.
        await page.Locator("#threshold-uncertain").FillAsync("3");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#threshold-defective")).ToHaveValueAsync("3.000");
        await page.GetByLabel("Uncertain band").UncheckAsync();
        await ExpectCounts(page, 40, 0, 30, 10);
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData("Miss none", 20, 20, 0, 40)]
    [InlineData("No false alarm", 40, 0, 20, 20)]
    [InlineData("Best F1", 20, 20, 0, 40)]
    public async Task Thresholds_worth_trying_do_what_they_say(string name, params int[] counts)
    {
        IPage page = await browser.OpenAsync(browser.Small);
        await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        await ExpectCounts(page, counts);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task The_gallery_begins_with_the_worst_misses_then_the_worst_false_alarms()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        IReadOnlyList<string> names = await page.Locator($"{Gallery} .name").AllTextContentsAsync();
        Assert.Equal(80, names.Count);
        Assert.Equal(Enumerable.Range(40, 10).Concat(Enumerable.Range(30, 10).Reverse()), names.Take(20).Select(n => int.Parse(n.Split('/')[^1][..3], System.Globalization.CultureInfo.InvariantCulture)));

        await page.Locator("#filter-order").SelectOptionAsync("highest");
        await Expect(page.Locator($"{Gallery} .name").First).ToHaveTextAsync("deep_scratch/079.png");
        await page.Locator("#filter-order").SelectOptionAsync("lowest");
        await Expect(page.Locator($"{Gallery} .name").First).ToHaveTextAsync("good/000.png");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Filters_leave_what_fits_them_and_say_how_many()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        await page.GetByRole(AriaRole.Radio, new() { Name = "False alarms 10" }).CheckAsync();
        await Expect(page.Locator(Gallery)).ToHaveCountAsync(10);
        await Expect(page.Locator("#gallery-count")).ToHaveTextAsync("10 of 80 pictures");
        await page.Locator("#filter-kind").SelectOptionAsync("deep_scratch");
        await Expect(page.Locator("#gallery-count")).ToHaveTextAsync("No picture fits these filters.");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Missed 7" }).CheckAsync();
        await Expect(page.Locator(Gallery)).ToHaveCountAsync(7);

        await page.GetByRole(AriaRole.Button, new() { Name = "good", Exact = true }).ClickAsync();
        await Expect(page.Locator("#gallery-count")).ToHaveTextAsync("40 of 80 pictures");
        await page.Locator("#filter-text").FillAsync("01");
        await Expect(page.Locator($"{Gallery} .name")).ToHaveTextAsync([.. new[] { 1, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10 }.Order().Reverse().Select(i => $"good/{i:000}.png")]);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task The_keyboard_reaches_and_opens_every_picture()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        await page.Locator("#filter-text").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal(40, await FocusedPicture(page));
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(42, await FocusedPicture(page));
        await page.Keyboard.PressAsync("ArrowDown");
        int columns = await page.EvaluateAsync<int>("getComputedStyle(document.getElementById('gallery')).gridTemplateColumns.split(' ').length");
        Assert.InRange(columns, 3, 8);
        Assert.Equal(columns + 2, await FocusedPlace(page));
        await page.Keyboard.PressAsync("Home");
        Assert.Equal(40, await FocusedPicture(page));
        string focus = await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle + ' ' + getComputedStyle(document.activeElement).outlineWidth");
        Assert.Equal("solid 3px", focus);

        await page.Keyboard.PressAsync("Enter");
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator("h2")).ToHaveTextAsync("deep_scratch/040.png");
        await Expect(dialog).ToContainTextAsync("there is none");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(dialog.Locator("h2")).ToHaveTextAsync("deep_scratch/041.png");
        await Expect(dialog).ToContainTextAsync("defective: deep scratch");
        await Expect(dialog).ToContainTextAsync("good ● missed");
        await page.Keyboard.PressAsync("3");
        await Expect(dialog.GetByRole(AriaRole.Radio, new() { Name = "Mask" })).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(41, await FocusedPicture(page));
        await page.Keyboard.PressAsync("Tab");
        Assert.False(await page.EvaluateAsync<bool>("document.activeElement.closest('#gallery') !== null"));
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Map_mask_and_outline_are_painted_over_the_picture()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        ILocator card = page.Locator($"{Gallery}[data-index='41']");
        await card.Locator(".frame[data-shown]").WaitForAsync();
        ILocator canvas = card.Locator("canvas");

        // The map reaches its threshold in 5 of 16 pixels a side: what lies deep inside has no outline.
        (int R, int G, int B, int A) map = await PixelAt(canvas, 0.1), far = await PixelAt(canvas, 0.8);
        Assert.True(map.A > 120 && far.A < 100, $"{map}, {far}");
        await page.GetByRole(AriaRole.Slider, new() { Name = "Opacity" }).FillAsync("100");
        Assert.Equal((255, 255), ((await PixelAt(canvas, 0.1)).A, (await PixelAt(canvas, 0.8)).A));

        await page.GetByRole(AriaRole.Radio, new() { Name = "Mask" }).CheckAsync();
        Assert.Equal((255, 79, 163, 255), await PixelAt(canvas, 0.1));
        Assert.Equal(0, (await PixelAt(canvas, 0.8)).A);

        await page.GetByRole(AriaRole.Radio, new() { Name = "Original" }).CheckAsync();
        Assert.Equal(0, (await PixelAt(canvas, 0.1)).A);
        Assert.True(await CountOpaque(canvas) > 50);
        await page.GetByLabel("Outline what was found").First.UncheckAsync();
        Assert.Equal(0, await CountOpaque(canvas));
        Assert.True(await card.Locator("img").EvaluateAsync<bool>("image => image.complete && image.naturalWidth > 0"));
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Of_2000_pictures_only_those_near_to_the_window_are_loaded()
    {
        IPage page = await browser.OpenAsync(browser.Large);
        await Expect(page.Locator(Gallery)).ToHaveCountAsync(2000);
        await page.EvaluateAsync("document.getElementById('pictures').scrollIntoView({ behavior: 'instant' })");
        await page.Locator($"{Gallery}:nth-child(30) .frame[data-shown]").WaitForAsync();
        Assert.InRange(await page.Locator(".frame[data-shown]").CountAsync(), 30, 150);

        await page.EvaluateAsync("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
        await page.Locator($"{Gallery}:nth-child(2000) .frame[data-shown]").WaitForAsync();
        await Expect(page.Locator($"{Gallery}:nth-child(30) .frame[data-shown]")).ToHaveCountAsync(0);
        Assert.InRange(await page.Locator(".frame[data-shown]").CountAsync(), 30, 150);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task The_charts_tell_their_figures()
    {
        IPage page = await browser.OpenAsync(browser.Small);
        double auroc = 100 * SampleReport.Create().Result.Deciding.ImageAuroc!.Value;
        await Expect(page.Locator("[data-metric=image_auroc] td").First).ToHaveTextAsync(FormattableString.Invariant($"{auroc:F1}"));
        await Expect(page.Locator("[data-metric=pixel_ap] td").Last).ToHaveTextAsync("–");
        ILocator roc = page.GetByRole(AriaRole.Img, new() { Name = "ROC" });
        await Expect(roc).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex(FormattableString.Invariant($"^ROC: pictures {auroc:F1} %, pixels ")));

        // Lines of two colours were drawn.
        Assert.True(await roc.Locator("canvas").EvaluateAsync<int>("""
            canvas => {
                const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
                return new Set(pixels).size;
            }
            """) > 10);
        Assert.Equal(3, await page.Locator(".curve canvas").CountAsync());
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Good_pictures_alone_make_a_page_too()
    {
        var complaints = new List<string>();
        IPage page = await browser.OpenAsync(browser.OnlyGood, before: p => p.PageError += (_, error) => complaints.Add(error));
        await ExpectCounts(page, 8, 2, 0, 0);
        await Expect(page.Locator("[data-rate=recall]")).ToHaveTextAsync("–");
        await Expect(page.Locator(".curve .empty")).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Miss none" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "No false alarm" }).ClickAsync();
        await ExpectCounts(page, 10, 0, 0, 0);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Contrast_and_labels_satisfy_axe_in_both_schemes(ColorScheme scheme)
    {
        IPage page = await browser.OpenAsync(browser.Small, scheme);
        await page.GetByLabel("Uncertain band").CheckAsync();
        string background = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Light ? "rgb(246, 247, 249)" : "rgb(18, 22, 27)", background);
        await AssertNoViolations(page);
        await page.Locator($"{Gallery} .picture").First.ClickAsync();
        await AssertNoViolations(page);
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData(360)]
    [InlineData(800)]
    [InlineData(1920)]
    public async Task Nothing_is_wider_than_the_window(int width)
    {
        IPage page = await browser.OpenAsync(browser.Small, width: width);
        await page.GetByLabel("Uncertain band").CheckAsync();
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.Locator($"{Gallery} .picture").First.ClickAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.getElementById('detail').scrollWidth <= document.getElementById('detail').clientWidth"));
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task A_print_of_a_dark_window_is_light_and_has_pictures()
    {
        IPage page = await browser.OpenAsync(browser.Small, ColorScheme.Dark);
        await page.Locator($"{Gallery}:nth-child(24) .frame[data-shown]").WaitForAsync();
        await page.EvaluateAsync("addEventListener('beforeprint', () => { window.printed = getComputedStyle(document.documentElement).getPropertyValue('--text'); })");
        byte[] pdf = await page.PdfAsync(new PagePdfOptions { Format = "A4" });
        Assert.Equal("#1b2430", await page.EvaluateAsync<string>("printed"));
        Assert.True(pdf.Length > 20_000);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.classList.contains('paper')"));
        await page.Context.CloseAsync();
    }

    private static async Task ExpectCounts(IPage page, params int[] counts) =>
        await Expect(page.Locator("[data-count]")).ToHaveTextAsync(counts.Select(c => $"{c}"));

    private static Task<int> FocusedPicture(IPage page) => page.EvaluateAsync<int>("Number(document.activeElement.closest('li').dataset.index)");

    private static Task<int> FocusedPlace(IPage page) => page.EvaluateAsync<int>("[...document.getElementById('gallery').children].indexOf(document.activeElement.closest('li'))");

    private static async Task<(int R, int G, int B, int A)> PixelAt(ILocator canvas, double share)
    {
        int[] rgba = await canvas.EvaluateAsync<int[]>("(canvas, share) => [...canvas.getContext('2d').getImageData(share * canvas.width, share * canvas.height, 1, 1).data]", share);
        return (rgba[0], rgba[1], rgba[2], rgba[3]);
    }

    private static Task<int> CountOpaque(ILocator canvas) =>
        canvas.EvaluateAsync<int>("canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value === 255).length");

    private static async Task AssertNoViolations(IPage page)
    {
        AxeResult result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join("; ", result.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(", ", v.Nodes.Select(n => n.Html))})")));
        Assert.Contains(result.Passes, pass => pass.Id == "color-contrast");
    }
}
