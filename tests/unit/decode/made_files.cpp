#include "tests/unit/decode/made_files.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>

#include <unistd.h>

#include <jpeglib.h>
#include <openjpeg.h>
#include <png.h>
#include <tiffio.h>
#include <webp/encode.h>

#include "workers/decode/image_file_reader.hpp"

namespace sogoc::made {

namespace {

std::size_t as_size(int value) { return static_cast<std::size_t>(value); }

// Made at first use, removed at exit.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sogoc-decode-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no scratch folder");
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const std::filesystem::path& scratch_folder() {
  static const ScratchFolder folder;
  return folder.path();
}

Buffer file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Buffer(std::istreambuf_iterator<char>(in), {});
}

PageImage image_of(SizePx size, PixelFormat format, Buffer pixels) {
  return PageImage::create(size, format, {Dpi{300}, Dpi{300}}, std::move(pixels)).value();
}

}  // namespace

PageImage bilevel(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  const std::size_t stride = PageImage::stride_of(width, PixelFormat::bit1);
  Buffer pixels(stride * as_size(height));
  for (int y = 0; y < height; ++y) {
    std::uint8_t* row = pixels.data() + as_size(y) * stride;
    if (y > 0 && random() % 3 != 0) {  // rows repeat, as strokes do
      std::memcpy(row, row - stride, stride);
      if (random() % 2) continue;
    }
    int x = 0;
    while (x < width) {
      const int white = static_cast<int>(random() % 97 == 0 ? random() % 2600 : random() % 60);
      const int black = static_cast<int>(random() % 89 == 0 ? random() % 2600 : random() % 24);
      for (int i = x; i < std::min(width, x + white); ++i)
        row[i / 8] &= static_cast<std::uint8_t>(~(0x80u >> (i % 8)));
      x += white;
      for (int i = x; i < std::min(width, x + black); ++i)
        row[i / 8] |= static_cast<std::uint8_t>(0x80u >> (i % 8));
      x += black;
    }
  }
  return image_of({width, height}, PixelFormat::bit1, std::move(pixels));
}

PageImage gray(int width, int height) {
  Buffer pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      pixels.push_back(static_cast<std::uint8_t>((x * 120 / width) + (y * 120 / height) + 8));
  return image_of({width, height}, PixelFormat::gray8, std::move(pixels));
}

PageImage colour(int width, int height) {
  Buffer pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      pixels.insert(pixels.end(), {static_cast<std::uint8_t>(x * 250 / width),
                                   static_cast<std::uint8_t>(y * 250 / height),
                                   static_cast<std::uint8_t>(200 - x * 150 / width)});
  return image_of({width, height}, PixelFormat::rgb8, std::move(pixels));
}

int difference(const PageImage& a, const PageImage& b) {
  if (a.size() != b.size() || a.format() != b.format()) return -1;
  int most = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i)
    most = std::max(most, std::abs(int{a.pixels()[i]} - int{b.pixels()[i]}));
  return most;
}

int gray_at(const PageImage& image, int x, int y) {
  const auto row = image.row(y);
  if (image.format() == PixelFormat::bit1)
    return (row[as_size(x) / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
  return row[as_size(x)];
}

std::vector<int> rgb_at(const PageImage& image, int x, int y) {
  const auto row = image.row(y);
  return {row[as_size(3 * x)], row[as_size(3 * x + 1)], row[as_size(3 * x + 2)]};
}

TiffPage page_of(const PageImage& image) {
  TiffPage page;
  page.size = image.size();
  page.bits = image.format() == PixelFormat::bit1 ? 1 : 8;
  page.samples = image.format() == PixelFormat::rgb8 ? 3 : 1;
  page.photometric = image.format() == PixelFormat::bit1   ? PHOTOMETRIC_MINISWHITE
                     : image.format() == PixelFormat::rgb8 ? PHOTOMETRIC_RGB
                                                           : PHOTOMETRIC_MINISBLACK;
  page.rows.assign(image.pixels().begin(), image.pixels().end());
  return page;
}

Buffer tiff(const std::vector<TiffPage>& pages, const std::string& mode) {
  const auto path = scratch_folder() / "made.tif";
  std::filesystem::remove(path);
  TIFF* out = TIFFOpen(path.c_str(), mode.c_str());
  if (!out) throw std::runtime_error("libtiff cannot write");
  for (const TiffPage& page : pages) {
    const auto width = static_cast<std::uint32_t>(page.size.width);
    const auto height = static_cast<std::uint32_t>(page.size.height);
    TIFFSetField(out, TIFFTAG_SUBFILETYPE, page.subfile);
    TIFFSetField(out, TIFFTAG_IMAGEWIDTH, width);
    TIFFSetField(out, TIFFTAG_IMAGELENGTH, height);
    TIFFSetField(out, TIFFTAG_BITSPERSAMPLE, page.bits);
    TIFFSetField(out, TIFFTAG_SAMPLESPERPIXEL, page.samples);
    TIFFSetField(out, TIFFTAG_SAMPLEFORMAT, page.sample_format);
    TIFFSetField(out, TIFFTAG_PHOTOMETRIC, page.photometric);
    TIFFSetField(out, TIFFTAG_COMPRESSION, page.compression);
    if (page.predictor != 1) TIFFSetField(out, TIFFTAG_PREDICTOR, page.predictor);
    TIFFSetField(out, TIFFTAG_FILLORDER, page.fill_order);
    TIFFSetField(out, TIFFTAG_PLANARCONFIG,
                 page.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    if (page.orientation) TIFFSetField(out, TIFFTAG_ORIENTATION, page.orientation);
    if (page.x_dpi >= 0) {
      TIFFSetField(out, TIFFTAG_XRESOLUTION, page.x_dpi);
      TIFFSetField(out, TIFFTAG_YRESOLUTION, page.y_dpi);
      TIFFSetField(out, TIFFTAG_RESOLUTIONUNIT, page.unit);
    }
    if (page.extra >= 0) {
      const auto kind = static_cast<std::uint16_t>(page.extra);
      TIFFSetField(out, TIFFTAG_EXTRASAMPLES, 1, &kind);
    }
    if (!page.palette.empty()) {
      const std::size_t third = page.palette.size() / 3;
      TIFFSetField(out, TIFFTAG_COLORMAP, page.palette.data(), page.palette.data() + third,
                   page.palette.data() + 2 * third);
    }
    if (page.compression == COMPRESSION_JPEG) {
      TIFFSetField(out, TIFFTAG_JPEGQUALITY, page.jpeg_quality);
      if (page.photometric == PHOTOMETRIC_YCBCR)
        TIFFSetField(out, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    }
    const std::size_t pixel_bits = as_size(page.bits * page.samples);
    const std::size_t stride = (width * pixel_bits + 7) / 8;
    Buffer rows = page.rows;
    if (page.tile) {
      const auto side = static_cast<std::uint32_t>(page.tile);
      TIFFSetField(out, TIFFTAG_TILEWIDTH, side);
      TIFFSetField(out, TIFFTAG_TILELENGTH, side);
      Buffer tile(as_size(page.tile) * as_size(page.tile) * pixel_bits / 8);
      const std::size_t tile_stride = as_size(page.tile) * pixel_bits / 8;
      for (std::uint32_t y = 0; y < height; y += side)
        for (std::uint32_t x = 0; x < width; x += side) {
          std::fill(tile.begin(), tile.end(), 0);
          const std::size_t from = x * pixel_bits / 8;
          for (std::uint32_t i = 0; i < side && y + i < height; ++i)
            std::memcpy(tile.data() + i * tile_stride, rows.data() + (y + i) * stride + from,
                        std::min(tile_stride, stride - from));
          TIFFWriteTile(out, tile.data(), x, y, 0, 0);
        }
    } else {
      TIFFSetField(out, TIFFTAG_ROWSPERSTRIP, page.rows_per_strip ? page.rows_per_strip : height);
      Buffer row(stride);
      if (page.separate) {  // 8-bit samples only
        for (int plane = 0; plane < page.samples; ++plane)
          for (std::uint32_t y = 0; y < height; ++y) {
            for (std::uint32_t x = 0; x < width; ++x)
              row[x] = rows[(as_size(static_cast<int>(y)) * width + x) * as_size(page.samples) +
                            as_size(plane)];
            TIFFWriteScanline(out, row.data(), y, static_cast<std::uint16_t>(plane));
          }
      } else {
        for (std::uint32_t y = 0; y < height; ++y) {
          std::memcpy(row.data(), rows.data() + y * stride, stride);
          TIFFWriteScanline(out, row.data(), y, 0);
        }
      }
    }
    TIFFWriteDirectory(out);
  }
  TIFFClose(out);
  return file_bytes(path);
}

std::size_t next_directory_field(const Buffer& bytes) {  // classic, little-endian
  const auto u32 = [&](std::size_t at) {
    return static_cast<std::size_t>(bytes[at]) | static_cast<std::size_t>(bytes[at + 1]) << 8 |
           static_cast<std::size_t>(bytes[at + 2]) << 16 |
           static_cast<std::size_t>(bytes[at + 3]) << 24;
  };
  const std::size_t directory = u32(4);
  const std::size_t entries = bytes[directory] | static_cast<std::size_t>(bytes[directory + 1])
                                                     << 8;
  return directory + 2 + 12 * entries;
}

Buffer jpeg(SizePx size, const Buffer& rows, const JpegFile& how) {
  jpeg_compress_struct out{};
  jpeg_error_mgr errors{};
  out.err = jpeg_std_error(&errors);
  jpeg_create_compress(&out);
  unsigned char* bytes = nullptr;
  unsigned long length = 0;
  jpeg_mem_dest(&out, &bytes, &length);
  out.image_width = static_cast<JDIMENSION>(size.width);
  out.image_height = static_cast<JDIMENSION>(size.height);
  out.input_components = how.components;
  out.in_color_space =
      how.components == 1 ? JCS_GRAYSCALE : (how.components == 3 ? JCS_RGB : JCS_CMYK);
  jpeg_set_defaults(&out);
  if (how.as_rgb) jpeg_set_colorspace(&out, JCS_RGB);
  jpeg_set_quality(&out, how.quality, TRUE);
  out.write_Adobe_marker = how.adobe ? TRUE : FALSE;
  if (how.progressive) jpeg_simple_progression(&out);
  out.arith_code = how.arithmetic ? TRUE : FALSE;
  if (how.dpi > 0 && how.components != 4) {
    out.write_JFIF_header = how.as_rgb ? FALSE : TRUE;
    out.density_unit = 1;
    out.X_density = static_cast<UINT16>(how.dpi);
    out.Y_density = static_cast<UINT16>(how.dpi);
  }
  if (how.orientation) out.write_JFIF_header = how.exif_dpi ? FALSE : out.write_JFIF_header;
  jpeg_start_compress(&out, TRUE);
  if (how.orientation) {
    Buffer exif{'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 4};
    const auto entry = [&](std::uint8_t tag_low, std::uint8_t type, std::uint8_t high,
                           std::uint8_t low, bool is_short) {
      exif.insert(exif.end(), {0x01, tag_low, 0, type, 0, 0, 0, 1});
      if (is_short)
        exif.insert(exif.end(), {high, low, 0, 0});
      else
        exif.insert(exif.end(), {0, 0, high, low});
    };
    const std::uint8_t rational_at = 8 + 2 + 4 * 12 + 4;
    entry(0x12, 3, 0, static_cast<std::uint8_t>(how.orientation), true);
    entry(0x1A, 5, 0, rational_at, false);
    entry(0x1B, 5, 0, rational_at, false);
    entry(0x28, 3, 0, 2, true);
    exif.insert(exif.end(), {0, 0, 0, 0});
    exif.insert(exif.end(), {0, 0, static_cast<std::uint8_t>(how.exif_dpi >> 8),
                             static_cast<std::uint8_t>(how.exif_dpi & 0xFF), 0, 0, 0, 1});
    jpeg_write_marker(&out, JPEG_APP0 + 1, exif.data(), static_cast<unsigned>(exif.size()));
  }
  if (!how.icc.empty())
    jpeg_write_icc_profile(&out, how.icc.data(), static_cast<unsigned>(how.icc.size()));
  const std::size_t stride = as_size(size.width * how.components);
  for (int y = 0; y < size.height; ++y) {
    auto* row = const_cast<JSAMPLE*>(rows.data() + as_size(y) * stride);
    jpeg_write_scanlines(&out, &row, 1);
  }
  jpeg_finish_compress(&out);
  jpeg_destroy_compress(&out);
  Buffer result(bytes, bytes + length);
  std::free(bytes);
  return result;
}

Buffer jpeg(const PageImage& image, const JpegFile& how) {
  JpegFile made = how;
  made.components = image.format() == PixelFormat::rgb8 ? 3 : 1;
  return jpeg(image.size(), Buffer(image.pixels().begin(), image.pixels().end()), made);
}

Buffer png(SizePx size, const Buffer& rows, const PngFile& how) {
  Buffer bytes;
  png_structp out = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(out);
  png_set_write_fn(
      out, &bytes,
      [](png_structp p, png_bytep from, std::size_t n) {
        auto& to = *static_cast<Buffer*>(png_get_io_ptr(p));
        to.insert(to.end(), from, from + n);
      },
      [](png_structp) {});
  png_set_IHDR(out, info, static_cast<png_uint_32>(size.width),
               static_cast<png_uint_32>(size.height), how.bits, how.colour_type,
               how.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (std::size_t i = 0; i + 2 < how.palette.size(); i += 3)
    palette.push_back({how.palette[i], how.palette[i + 1], how.palette[i + 2]});
  if (!palette.empty()) png_set_PLTE(out, info, palette.data(), static_cast<int>(palette.size()));
  if (!how.transparency.empty())
    png_set_tRNS(out, info, how.transparency.data(), static_cast<int>(how.transparency.size()),
                 nullptr);
  if (how.dpi > 0)
    png_set_pHYs(out, info, static_cast<png_uint_32>(std::lround(how.dpi / 0.0254)),
                 static_cast<png_uint_32>(std::lround(how.dpi / 0.0254)), PNG_RESOLUTION_METER);
  png_write_info(out, info);
  const std::size_t stride = rows.size() / as_size(size.height);
  std::vector<png_bytep> pointers;
  for (int y = 0; y < size.height; ++y)
    pointers.push_back(const_cast<png_bytep>(rows.data() + as_size(y) * stride));
  png_write_image(out, pointers.data());
  png_write_end(out, nullptr);
  png_destroy_write_struct(&out, &info);
  return bytes;
}

Buffer jpeg2000(SizePx size, const Buffer& samples, int components, bool boxes, int bits) {
  std::vector<opj_image_cmptparm_t> parts(as_size(components));
  for (auto& part : parts) {
    part = {};
    part.dx = part.dy = 1;
    part.w = static_cast<OPJ_UINT32>(size.width);
    part.h = static_cast<OPJ_UINT32>(size.height);
    part.prec = static_cast<OPJ_UINT32>(bits);
  }
  opj_image_t* image = opj_image_create(static_cast<OPJ_UINT32>(components), parts.data(),
                                        components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = static_cast<OPJ_UINT32>(size.width);
  image->y1 = static_cast<OPJ_UINT32>(size.height);
  const std::size_t count = as_size(size.width) * as_size(size.height);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t c = 0; c < as_size(components); ++c)
      image->comps[c].data[i] = samples[i * as_size(components) + c] << (bits - 8);
  if (components == 2 || components == 4) image->comps[components - 1].alpha = 1;
  opj_cparameters_t how;
  opj_set_default_encoder_parameters(&how);
  how.numresolution = 3;
  how.tcp_numlayers = 1;
  how.tcp_rates[0] = 0;
  how.cp_disto_alloc = 1;
  how.tcp_mct = components >= 3 ? 1 : 0;
  const auto path = scratch_folder() / "made.jp2";
  opj_codec_t* codec = opj_create_compress(boxes ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_setup_encoder(codec, &how, image);
  opj_stream_t* stream = opj_stream_create_default_file_stream(path.c_str(), OPJ_FALSE);
  const bool good = opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
                    opj_end_compress(codec, stream);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  if (!good) throw std::runtime_error("OpenJPEG cannot write");
  return file_bytes(path);
}

Buffer webp(SizePx size, const Buffer& samples, int components, bool lossless) {
  std::uint8_t* bytes = nullptr;
  const int stride = size.width * components;
  std::size_t length = 0;
  if (components == 4)
    length = WebPEncodeLosslessRGBA(samples.data(), size.width, size.height, stride, &bytes);
  else if (lossless)
    length = WebPEncodeLosslessRGB(samples.data(), size.width, size.height, stride, &bytes);
  else
    length = WebPEncodeRGB(samples.data(), size.width, size.height, stride, 90, &bytes);
  Buffer result(bytes, bytes + length);
  WebPFree(bytes);
  return result;
}

Buffer bmp(SizePx size, int bits, const Buffer& rows, const Buffer& palette, int dpi) {
  Buffer out{'B', 'M'};
  const auto u32 = [&](long value) {
    for (int i = 0; i < 4; ++i)
      out.push_back(
          static_cast<std::uint8_t>((static_cast<unsigned long>(value) >> (8 * i)) & 255));
  };
  const auto u16 = [&](int value) {
    out.push_back(static_cast<std::uint8_t>(value & 255));
    out.push_back(static_cast<std::uint8_t>(value >> 8));
  };
  const long colours = static_cast<long>(palette.size() / 3);
  const std::size_t in_stride = (as_size(size.width * bits) + 7) / 8;
  const std::size_t stride = (in_stride + 3) / 4 * 4;
  const long data = 54 + 4 * colours;
  u32(data + static_cast<long>(stride) * size.height);
  u32(0);
  u32(data);
  u32(40);
  u32(size.width);
  u32(size.height);
  u16(1);
  u16(bits);
  u32(0);
  u32(0);
  u32(std::lround(dpi / 0.0254));
  u32(std::lround(dpi / 0.0254));
  u32(colours);
  u32(0);
  for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
    out.insert(out.end(), {palette[i + 2], palette[i + 1], palette[i], 0});
  for (int y = size.height - 1; y >= 0; --y) {
    const std::uint8_t* row = rows.data() + as_size(y) * in_stride;
    out.insert(out.end(), row, row + in_stride);
    out.insert(out.end(), stride - in_stride, 0);
  }
  return out;
}

Buffer text(const std::string& header, const Buffer& bytes) {
  Buffer out(header.begin(), header.end());
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

Result<Sha256> MemoryBlobs::put(std::span<const std::uint8_t> bytes) {
  const Sha256 digest = sha256_of(std::as_bytes(bytes));
  blobs.try_emplace(digest, bytes.begin(), bytes.end());
  return digest;
}

Result<Sha256> MemoryBlobs::put_file(const std::filesystem::path& file) {
  return put(file_bytes(file));
}

std::filesystem::path scratch_file(const Buffer& bytes, const std::string& name) {
  const auto path = scratch_folder() / name;
  std::filesystem::remove(path);  // cutting an old file to 0 makes some file systems wait
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  return path;
}

Result<PageImage> ReadPage::again() const {
  return decode_picture(picture(), bytes(), std::nullopt, "the stored picture", {});
}

bool ReadPage::says(const std::string& words) const {
  for (const std::string& note : page.notes)
    if (note.find(words) != std::string::npos) return true;
  return false;
}

Result<OpenedFile> open(const Buffer& bytes, const ReadingSettings& settings) {
  ImageFileReader reader;
  return reader.open(scratch_file(bytes), "scan", settings);
}

Result<ReadPage> read(const Buffer& bytes, std::uint32_t page, const ReadingSettings& settings) {
  ImageFileReader reader;
  ReadPage result;
  SOGOC_TRY(result.page,
            reader.decode(scratch_file(bytes), "scan", PageIndex(page), settings, result.blobs));
  return result;
}

}  // namespace sogoc::made
