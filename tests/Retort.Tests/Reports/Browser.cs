using Microsoft.Playwright;
using Retort.Reports;

namespace Retort.Tests.Reports;

/// <summary>The Chromium of the system, started once for a class of tests, and reports to look at.</summary>
public sealed class Browser : IAsyncLifetime, IDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    // It runs as root in containers, has no graphics card there, and is to ask the network for nothing.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    // Long, because the machine may be busy: nothing waits that long unless it is wrong.
    private const int Patience = 120_000;

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Why pages cannot be looked at; null where they can.</summary>
    public static string? WhyNot { get; } = Find() is null ? "There is no Chromium on the PATH: install Debian's package chromium, or Chrome." : null;

    /// <summary>The address of a report of 80 pictures.</summary>
    public string Small => AddressOf("small", () => SampleReport.Create(80));

    /// <summary>The address of a report of 2,000 pictures.</summary>
    public string Large => AddressOf("large", () => SampleReport.Create(2000));

    /// <summary>The address of a report without a defective picture.</summary>
    public string OnlyGood => AddressOf("good", SampleReport.OnlyGood);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (WhyNot is not null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Find(), Args = Arguments, Timeout = Patience });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _playwright?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Opens a page in a window of its own.</summary>
    public async Task<IPage> OpenAsync(string address, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900, Action<IPage>? before = null)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = height } });
        context.SetDefaultTimeout(Patience);
        IPage page = await context.NewPageAsync();
        before?.Invoke(page);
        await page.GotoAsync(address);
        await page.WaitForFunctionAsync("document.documentElement.dataset.ready");
        return page;
    }

    private static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();

    private string AddressOf(string name, Func<ReportContent> create)
    {
        string path = Path.Combine(_folder.Path, name + ".html");
        if (!File.Exists(path))
        {
            using FileStream file = File.Create(path);
            ReportPage.Write(file, create());
        }

        return new Uri(path).AbsoluteUri;
    }
}
