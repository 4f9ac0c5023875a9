// Detectors as a web service:
//   dotnet run -- --Retort:Detectors:part=bottle.retort
//   curl --data-binary @picture.png http://127.0.0.1:5080/inspect/part
using Retort.Detectors;
using Retort.Extensions.DependencyInjection;
using Retort.Imaging;
using Samples;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddRetort(options => builder.Configuration.GetSection("Retort").Bind(options));
builder.Services.AddHealthChecks().AddCheck<DetectorHealthCheck>("detectors");

// Pictures come from anywhere: nothing larger than this is read, or decoded.
var limits = new ImageLimits { MaxFileBytes = 20_000_000, MaxPixels = 50_000_000 };

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/inspect/{name}", async (string name, HttpRequest request, DetectorRegistry detectors, CancellationToken cancellationToken) =>
{
    if (!detectors.TryGet(name, out Detector? detector))
    {
        return Results.Problem($"There is no detector {name}; there are {string.Join(", ", detectors.Names)}.", statusCode: StatusCodes.Status404NotFound);
    }

    if (request.ContentLength > limits.MaxFileBytes)
    {
        return Results.Problem($"The picture has more than {limits.MaxFileBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
    }

    byte[] bytes = await ImageFile.ReadAsync(request.Body, limits: limits, cancellationToken: cancellationToken);
    if (!ImageFile.TryDecode(bytes, out RgbImage? picture, out string? problem, limits: limits))
    {
        return Results.Problem(problem, statusCode: StatusCodes.Status415UnsupportedMediaType);
    }

    // Waits for its turn without a thread, however many requests there are.
    Inspection found = await detector.InspectAsync(picture, cancellationToken);
    return Results.Ok(new InspectionResponse(
        found.Verdict.ToString(),
        found.Score,
        found.NormalizedScore,
        [.. found.Regions.Select(r => new RegionResponse(r.X, r.Y, r.Width, r.Height, r.Area, r.Peak))],
        found.Elapsed.TotalMilliseconds));
});
app.Run();
