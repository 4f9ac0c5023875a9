using Microsoft.Extensions.DependencyInjection;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Methods;

// Encoding and decoding needs the libvips of the package.
RgbImage picture = ImageFile.Decode(ImageFile.EncodePng(RgbImage.FromPixels(new byte[32], 8, 4, PixelFormat.Grey8)));
var services = new ServiceCollection().AddRetort("part.retort");
int detectors = services.Count(s => s.ServiceType == typeof(Detector) && !s.IsKeyedService);
Console.WriteLine($"{string.Join(", ", MethodCatalog.Ids)}: {picture.Width} x {picture.Height}, {(detectors == 1 ? "one" : "no")} detector service");
