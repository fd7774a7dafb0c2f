// Pictures of every coding, straight from the codec libraries.

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <jpeglib.h>
#include <openjpeg.h>
#include <tiffio.h>
#include <unistd.h>
#include <zlib.h>

#include "tests/unit/pdf_write/test_document.hpp"

namespace sogoc::test {

namespace {

using Bytes = std::vector<std::uint8_t>;

int channels(ColourModel colour) {
  return colour == ColourModel::rgb ? 3 : colour == ColourModel::cmyk ? 4 : 1;
}

// Interleaved samples of the drawing in a colour model; CMYK puts the gray into K.
Bytes samples(const Drawing& drawing, ColourModel colour) {
  Bytes out;
  out.reserve(drawing.gray.size() * static_cast<std::size_t>(channels(colour)));
  for (std::uint8_t gray : drawing.gray) {
    if (colour == ColourModel::rgb)
      out.insert(out.end(), {gray, gray, gray});
    else if (colour == ColourModel::cmyk)
      out.insert(out.end(), {0, 0, 0, static_cast<std::uint8_t>(255 - gray)});
    else
      out.push_back(gray);
  }
  return out;
}

Bytes packed(const Drawing& drawing, bool black_is_1) {
  const auto width = static_cast<std::size_t>(drawing.size.width);
  const std::size_t stride = (width + 7) / 8;
  Bytes out(stride * static_cast<std::size_t>(drawing.size.height), 0);
  for (std::size_t i = 0; i < drawing.gray.size(); ++i)
    if ((drawing.gray[i] < 128) == black_is_1)
      out[i / width * stride + i % width / 8] |= static_cast<std::uint8_t>(0x80 >> i % width % 8);
  return out;
}

Picture picture(PictureCoding coding, const Drawing& drawing, ColourModel colour, int bits) {
  Picture made;
  made.coding = coding;
  made.size = drawing.size;
  made.colour = colour;
  made.bits_per_component = bits;
  return made;
}

Bytes whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The raw bytes of one G4 strip as libtiff writes it.
Bytes g4_bytes(const Drawing& drawing) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("sogoc-g4-" + std::to_string(getpid()) + ".tif"))
          .string();
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, drawing.size.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, drawing.size.height);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, drawing.size.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
  Bytes rows = packed(drawing, true);
  TIFFWriteEncodedStrip(tiff, 0, rows.data(), static_cast<tmsize_t>(rows.size()));
  TIFFClose(tiff);
  tiff = TIFFOpen(path.c_str(), "r");
  Bytes strip(TIFFRawStripSize64(tiff, 0));
  TIFFReadRawStrip(tiff, 0, strip.data(), static_cast<tmsize_t>(strip.size()));
  TIFFClose(tiff);
  std::filesystem::remove(path);
  return strip;
}

void put32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift & 0xFF));
}

// A JBIG2 segment of page 1, or of no page (globals).
void segment(Bytes& out, std::uint32_t number, int type, int page, const Bytes& content) {
  put32(out, number);
  out.push_back(static_cast<std::uint8_t>(type));
  out.push_back(0);
  out.push_back(static_cast<std::uint8_t>(page));
  put32(out, static_cast<std::uint32_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
}

}  // namespace

Picture as_jpeg(const Drawing& drawing, ColourModel colour, FolderBlobs& blobs) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = static_cast<JDIMENSION>(drawing.size.width);
  jpeg.image_height = static_cast<JDIMENSION>(drawing.size.height);
  jpeg.input_components = channels(colour);
  jpeg.in_color_space = colour == ColourModel::rgb    ? JCS_RGB
                        : colour == ColourModel::cmyk ? JCS_CMYK
                                                      : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 90, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  Bytes rows = samples(drawing, colour);
  const std::size_t stride = rows.size() / static_cast<std::size_t>(drawing.size.height);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = rows.data() + jpeg.next_scanline * stride;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Picture made = picture(PictureCoding::jpeg, drawing, colour, 8);
  made.data = blobs.put(Bytes(memory, memory + size));
  free(memory);
  return made;
}

Picture as_flate(const Drawing& drawing, ColourModel colour, FolderBlobs& blobs) {
  Bytes rows;
  Picture made = picture(PictureCoding::flate, drawing, colour, 8);
  if (colour == ColourModel::bilevel) {
    made.bits_per_component = 1;
    rows = packed(drawing, false);
  } else if (colour == ColourModel::indexed) {
    for (int i = 0; i < 256; ++i)  // upside down, so that a forgotten palette is seen
      made.palette.insert(made.palette.end(), 3, static_cast<std::uint8_t>(255 - i));
    for (std::uint8_t gray : drawing.gray) rows.push_back(static_cast<std::uint8_t>(255 - gray));
  } else {
    rows = samples(drawing, colour);
  }
  if (colour == ColourModel::rgb) {  // with PNG predictors: each row filtered by "none"
    made.predictor = 15;
    const std::size_t stride = rows.size() / static_cast<std::size_t>(drawing.size.height);
    Bytes filtered;
    for (std::size_t at = 0; at < rows.size(); at += stride) {
      filtered.push_back(0);
      filtered.insert(filtered.end(), rows.begin() + static_cast<std::ptrdiff_t>(at),
                      rows.begin() + static_cast<std::ptrdiff_t>(at + stride));
    }
    rows = filtered;
  }
  uLongf size = compressBound(rows.size());
  Bytes deflated(size);
  compress(deflated.data(), &size, rows.data(), rows.size());
  deflated.resize(size);
  made.data = blobs.put(deflated);
  return made;
}

Picture as_g4(const Drawing& drawing, FolderBlobs& blobs, bool black_is_1) {
  Picture made = picture(PictureCoding::ccitt_g4, drawing, ColourModel::bilevel, 1);
  made.data = blobs.put(g4_bytes(drawing));
  made.black_is_1 = black_is_1;
  made.inverted = black_is_1;  // the two undo each other
  return made;
}

// One generic region in MMR, which is G4: Debian has no JBIG2 encoder.
Picture as_jbig2(const Drawing& drawing, FolderBlobs& blobs, bool with_globals) {
  const auto width = static_cast<std::uint32_t>(drawing.size.width);
  const auto height = static_cast<std::uint32_t>(drawing.size.height);
  Bytes page;
  put32(page, width);
  put32(page, height);
  put32(page, 0);
  put32(page, 0);
  page.insert(page.end(), {0x00, 0x00, 0x00});
  Bytes region;
  put32(region, width);
  put32(region, height);
  put32(region, 0);
  put32(region, 0);
  region.push_back(0x00);  // combination: or
  region.push_back(0x01);  // MMR
  const Bytes mmr = g4_bytes(drawing);
  region.insert(region.end(), mmr.begin(), mmr.end());
  Bytes stream;
  segment(stream, 1, 48, 1, page);
  segment(stream, 2, 38, 1, region);
  Picture made = picture(PictureCoding::jbig2, drawing, ColourModel::bilevel, 1);
  made.data = blobs.put(stream);
  if (with_globals) {  // a profile segment: globals need not be of use
    Bytes globals, content;
    put32(content, 1);
    put32(content, 1);
    segment(globals, 0, 52, 0, content);
    made.jbig2_globals = blobs.put(globals);
  }
  return made;
}

Picture as_jpx(const Drawing& drawing, ColourModel colour, FolderBlobs& blobs) {
  const int count = channels(colour);
  opj_cparameters_t settings;
  opj_set_default_encoder_parameters(&settings);
  settings.tcp_numlayers = 1;
  settings.tcp_rates[0] = 8;
  settings.cp_disto_alloc = 1;
  std::array<opj_image_cmptparm_t, 3> components{};
  for (auto& component : components) {
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(drawing.size.width);
    component.h = static_cast<OPJ_UINT32>(drawing.size.height);
    component.prec = 8;
  }
  opj_image_t* image = opj_image_create(static_cast<OPJ_UINT32>(count), components.data(),
                                        count == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = components[0].w;
  image->y1 = components[0].h;
  for (int c = 0; c < count; ++c)
    for (std::size_t i = 0; i < drawing.gray.size(); ++i) image->comps[c].data[i] = drawing.gray[i];
  const std::string path =
      (std::filesystem::temp_directory_path() / ("sogoc-jpx-" + std::to_string(getpid()) + ".jp2"))
          .string();
  opj_codec_t* codec = opj_create_compress(OPJ_CODEC_JP2);
  opj_setup_encoder(codec, &settings, image);
  opj_stream_t* stream = opj_stream_create_default_file_stream(path.c_str(), OPJ_FALSE);
  const bool good = opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
                    opj_end_compress(codec, stream);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  if (!good) throw std::runtime_error("no JPEG 2000 picture");
  Picture made = picture(PictureCoding::jpx, drawing, colour, 8);
  made.data = blobs.put(whole_file(path));
  std::filesystem::remove(path);
  return made;
}

}  // namespace sogoc::test
