# Run: python3 make_goldens.py  (Pillow 9.4, numpy, torch 1.13; writes beside itself)
# Pictures in every format that is read with the pixels they hold, and sums of Pillow's resizes and rotations of synthetic pictures.
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"


def noise(width, height, channels, seed):
    """The pictures that SyntheticPicture.Noise makes: one hash for each sample."""
    i = np.arange(width * height * channels, dtype=np.uint64)
    h = ((i + np.uint64(seed)) * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    samples = (h >> np.uint64(24)).astype(np.uint8)
    return samples.reshape((height, width, channels) if channels > 1 else (height, width))


def scene(width, height):
    """A gradient with a few hard edges, noise on top."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 / width, y * 255 / height, (x + y) * 255 / (width + height)], -1)
    rgb[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 60)
    rgb[2:5, 2:-2] = (0, 0, 0)
    rgb += noise(width, height, 3, 7) / 16.0
    return np.clip(rgb, 0, 255).astype(np.uint8)


def expect(name, rgb):
    """The pixels of a picture, as PPM beside it."""
    rgb = np.ascontiguousarray(rgb, dtype=np.uint8)
    header = b"P6\n%d %d\n255\n" % (rgb.shape[1], rgb.shape[0])
    (PICTURES / (name + ".ppm")).write_bytes(header + rgb.tobytes())


def save(name, image, **options):
    """A picture by Pillow and what Pillow reads from it."""
    image.save(PICTURES / name, **options)
    expect(name, np.asarray(Image.open(PICTURES / name).convert("RGB")))


def png(name, samples, colour, bits):
    """A PNG of a kind that Pillow does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    (PICTURES / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def tiff(name, samples):
    """An uncompressed 16-bit RGB TIFF, little-endian."""
    height, width, channels = samples.shape
    data = samples.astype("<u2").tobytes()
    bits = 8 + len(data)
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, channels, bits), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 8),
        (277, 3, 1, channels), (278, 4, 1, height), (279, 4, 1, len(data)),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries) + struct.pack("<I", 0)
    body = data + struct.pack("<3H", 16, 16, 16)
    (PICTURES / name).write_bytes(b"II*\0" + struct.pack("<I", 8 + len(body)) + body + directory)


def bmp(name, width, height, bits, rows, palette=b"", top_down=False, compression=0):
    """A BMP from packed rows, given from the top."""
    rows = [r + b"\0" * (-len(r) % 4) for r in rows]
    data = b"".join(rows if top_down else rows[::-1])
    masks = struct.pack("<3I", 0xFF0000, 0xFF00, 0xFF) if compression == 3 else b""
    offset = 54 + len(masks) + len(palette)
    info = struct.pack(
        "<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, compression, len(data), 0, 0, len(palette) // 4, 0
    )
    (PICTURES / name).write_bytes(b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + info + masks + palette + data)


def pictures():
    PICTURES.mkdir(exist_ok=True)
    rgb = scene(29, 22)
    image = Image.fromarray(rgb)
    grey = image.convert("L")
    alpha = Image.fromarray(noise(29, 22, 1, 3))
    rgba = image.copy()
    rgba.putalpha(alpha)
    la = grey.copy()
    la.putalpha(alpha)
    wide = noise(29, 22, 3, 5).astype(np.uint16) * 256 + noise(29, 22, 3, 6)

    save("rgb.png", image)
    save("grey.png", grey)
    save("rgba.png", rgba)
    save("grey-alpha.png", la)
    save("palette.png", image.quantize(23))
    save("palette-16.png", image.quantize(13), bits=4)
    save("one-bit.png", image.convert("1"))
    save("one-pixel.png", image.crop((3, 3, 4, 4)))
    png("rgb16.png", wide.astype(">u2"), 2, 16)
    expect("rgb16.png", wide >> 8)
    png("grey16.png", wide[:, :, 0].astype(">u2"), 0, 16)
    expect("grey16.png", np.repeat(wide[:, :, :1] >> 8, 3, 2))

    save("420.jpg", image, quality=90, subsampling=2)
    save("422.jpg", image, quality=90, subsampling=1)
    save("444.jpg", image, quality=90, subsampling=0)
    save("progressive.jpg", image, quality=80, progressive=True)
    save("grey.jpg", grey, quality=90)
    save("cmyk.jpg", Image.fromarray(np.dstack([rgb, noise(29, 22, 1, 9)]), "CMYK"), quality=95)
    for orientation in range(1, 9):
        name = f"orientation-{orientation}.jpg"
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(PICTURES / name, quality=90, exif=exif)
        steps = {
            2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
            5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_270], 7: [Image.Transpose.TRANSVERSE],
            8: [Image.Transpose.ROTATE_90],
        }
        upright = Image.open(PICTURES / name).convert("RGB")
        for step in steps.get(orientation, []):
            upright = upright.transpose(step)
        expect(name, np.asarray(upright))

    save("rgb.tif", image)
    save("lzw.tif", image, compression="tiff_lzw")
    save("deflate.tif", image, compression="tiff_adobe_deflate")
    save("grey.tif", grey)
    save("one-bit.tif", image.convert("1"), compression="group4")
    save("cmyk.tif", Image.fromarray(np.dstack([rgb, noise(29, 22, 1, 9)]), "CMYK"))
    tiff("rgb16.tif", wide)
    expect("rgb16.tif", wide >> 8)
    Image.fromarray(wide[:, :, 0]).save(PICTURES / "grey16.tif")
    expect("grey16.tif", np.repeat(wide[:, :, :1] >> 8, 3, 2))

    save("lossless.webp", image, lossless=True)
    save("lossy.webp", image, quality=90)
    save("palette.gif", image.quantize(31))
    image.quantize(31).save(PICTURES / "frames.gif", save_all=True, append_images=[grey.convert("P")])
    expect("frames.gif", np.asarray(Image.open(PICTURES / "frames.gif").convert("RGB")))

    save("24.bmp", image)
    save("8.bmp", image.quantize(200))
    save("grey.bmp", grey)
    save("1.bmp", image.convert("1"))
    bgr = rgb[:, :, ::-1]
    bmp("24-top-down.bmp", 29, 22, 24, [r.tobytes() for r in bgr], top_down=True)
    expect("24-top-down.bmp", rgb)
    bgra = np.dstack([bgr, noise(29, 22, 1, 4)])
    bmp("32.bmp", 29, 22, 32, [r.tobytes() for r in bgra])
    expect("32.bmp", rgb)
    bmp("32-bit-fields.bmp", 29, 22, 32, [r.tobytes() for r in bgra], compression=3)
    expect("32-bit-fields.bmp", rgb)
    index = noise(29, 22, 1, 2) % 11
    colours = noise(11, 1, 4, 8)[0]
    padded = np.pad(index, ((0, 0), (0, 1)))
    bmp("4.bmp", 29, 22, 4, [(r[0::2] * 16 + r[1::2]).astype(np.uint8).tobytes() for r in padded], palette=colours.tobytes())
    expect("4.bmp", colours[index][:, :, 2::-1])


def refused():
    """Pictures of kinds that are not read."""
    Image.fromarray(np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)).save(HERE / "float.tif")
    bmp("../compressed.bmp", 4, 1, 8, [bytes([4, 0, 0, 1])], palette=bytes(1024), compression=1)


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def resizes():
    sizes = [
        (1, 1, 1, 1), (1, 1, 7, 5), (7, 5, 1, 1), (1, 9, 4, 3), (9, 1, 3, 4), (2, 2, 3, 3), (3, 2, 2, 3), (17, 13, 5, 29), (31, 17, 31, 8),
        (31, 17, 12, 17), (31, 17, 31, 17), (64, 64, 32, 32), (33, 65, 256, 256), (300, 200, 256, 256), (257, 255, 256, 256),
        (90, 90, 256, 256), (900, 700, 256, 256), (1024, 1024, 256, 256), (1000, 3, 7, 11), (5, 1000, 9, 13), (640, 480, 224, 224),
        (97, 101, 89, 103), (511, 513, 64, 63), (13, 200, 130, 20), (1300, 40, 1, 40), (40, 1300, 40, 1), (700, 700, 699, 701),
    ]
    lines = []
    for case, (sw, sh, w, h) in enumerate(sizes):
        for channels in (3, 1):
            image = Image.fromarray(noise(sw, sh, channels, case))
            lines.append(f"{channels} {case} {sw} {sh} {w} {h} {digest(image.resize((w, h), Image.Resampling.BILINEAR))}")
    (HERE / "resize.txt").write_text("\n".join(lines) + "\n")


def rotations():
    angles = [0, 90, 180, 270, 360, -90, 450, 5, -5, 0.1, -0.37, 1e-13, -1e-20, 45, 30, 60, 89.999, 123.456, -4.9999, 3.3333333333333335, 181, 271.5, 1000.25]
    lines = []
    for case, (w, h) in enumerate([(1, 1), (1, 6), (16, 16), (33, 21), (20, 45), (128, 128)]):
        image = Image.fromarray(noise(w, h, 3, case))
        for angle in angles:
            turned = image.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=(114, 114, 114))
            lines.append(f"{case} {w} {h} {angle!r} {digest(turned)}")
    (HERE / "rotate.txt").write_text("\n".join(lines) + "\n")


def float_resizes():
    """Cases follow one another: four sides, then the samples, all as float32."""
    out = []
    for case, (h, w, nh, nw) in enumerate([(1, 1, 3, 2), (5, 7, 5, 7), (13, 9, 4, 20), (20, 31, 8, 8), (900, 3, 16, 3), (3, 700, 3, 16), (90, 70, 32, 33), (6, 6, 25, 24)]):
        values = noise(w, h, 1, case).reshape(h, w).astype(np.float32) / np.float32(255)
        resized = torch.nn.functional.interpolate(
            torch.from_numpy(values)[None, None], size=(nh, nw), mode="bilinear", antialias=True, align_corners=False
        )[0, 0].numpy()
        out += [np.float32([h, w, nh, nw]), resized.ravel()]
    np.concatenate(out).astype("<f4").tofile(HERE / "float-resize.f32")


pictures()
refused()
resizes()
rotations()
float_resizes()
