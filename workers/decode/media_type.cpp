#include "workers/decode/media_type.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "workers/decode/mapped_file.hpp"

namespace sogoc {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kMostJunkBeforePdf = 1024;

bool starts(std::string_view bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() && bytes.substr(at, magic.size()) == magic;
}

bool looks_like_bmp(std::string_view bytes) {
  // "BM" alone is too weak: the length of the second header is one of a few.
  if (!starts(bytes, "BM"sv) || bytes.size() < 18) return false;
  constexpr std::array<unsigned char, 7> kHeaderLengths{12, 40, 52, 56, 64, 108, 124};
  const auto length = static_cast<unsigned char>(bytes[14]);
  return std::find(kHeaderLengths.begin(), kHeaderLengths.end(), length) != kHeaderLengths.end() &&
         starts(bytes, "\0\0\0"sv, 15);
}

bool looks_like_pnm(std::string_view bytes) {
  if (bytes.size() < 3 || bytes[0] != 'P' || bytes[1] < '1' || bytes[1] > '7') return false;
  return bytes[2] == '\n' || bytes[2] == '\r' || bytes[2] == ' ' || bytes[2] == '\t' ||
         bytes[2] == '#';
}

struct Foreign {
  std::size_t at;
  std::string_view magic;
  std::string_view what_to_do;
};

// Kinds that people send by mistake: the sentence names them.
constexpr Foreign kForeign[] = {
    {0, "GIF8"sv, "this is a GIF picture; save it as PNG or TIFF"},
    {4, "ftypheic"sv, "this is a HEIC photo; save it as JPEG"},
    {4, "ftypheix"sv, "this is a HEIC photo; save it as JPEG"},
    {4, "ftypmif1"sv, "this is a HEIF photo; save it as JPEG"},
    {4, "ftypavif"sv, "this is an AVIF picture; save it as JPEG or PNG"},
    {0, "AT&TFORM"sv, "this is a DjVu file; print it to PDF"},
    {0, "PK\3\4"sv, "this is a ZIP, Word or Excel file; unpack it, or save it as PDF"},
    {0, "\xD0\xCF\x11\xE0"sv, "this is an old Word or Excel file; save it as PDF"},
    {0, "{\\rtf"sv, "this is an RTF text; save it as PDF"},
    {0, "%!PS"sv, "this is a PostScript file; print it to PDF"},
    {0, "\x97JB2"sv, "this is a bare JBIG2 file; put it into a PDF or save it as TIFF"},
    {0, "\x00\x00\x00\x0CJXL "sv, "this is a JPEG XL picture; save it as JPEG or PNG"},
    {0, "Rar!"sv, "this is a RAR archive; unpack it"},
    {0, "7z\xBC\xAF"sv, "this is a 7-Zip archive; unpack it"},
    {0, "<?xml"sv, "this is an XML file, not a scan; give the PDF or the picture"},
    {0, "<!DOCTYPE html"sv, "this is a web page, not a scan; give the PDF or the picture"},
    {0, "<html"sv, "this is a web page, not a scan; give the PDF or the picture"},
};

}  // namespace

Result<MediaType> sniff_media_type(std::span<const std::uint8_t> first_bytes,
                                   const std::string& shown_name) {
  if (first_bytes.empty())
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file is empty (0 bytes); scan or copy it again");
  const std::string_view bytes(reinterpret_cast<const char*>(first_bytes.data()),
                               std::min(first_bytes.size(), kSniffedBytes));
  if (starts(bytes, "II*\0"sv) || starts(bytes, "MM\0*"sv) || starts(bytes, "II+\0"sv) ||
      starts(bytes, "MM\0+"sv))
    return MediaType::tiff;
  if (starts(bytes, "\xFF\xD8\xFF"sv)) return MediaType::jpeg;
  if (starts(bytes, "\x89PNG\r\n\x1A\n"sv)) return MediaType::png;
  if (starts(bytes, "\0\0\0\x0CjP  \r\n\x87\n"sv) || starts(bytes, "\xFF\x4F\xFF\x51"sv))
    return MediaType::jp2;
  if (starts(bytes, "RIFF"sv) && starts(bytes, "WEBP"sv, 8)) return MediaType::webp;
  if (looks_like_bmp(bytes)) return MediaType::bmp;
  const std::size_t pdf = bytes.substr(0, kMostJunkBeforePdf + 5).find("%PDF-"sv);
  if (pdf == 0) return MediaType::pdf;
  if (looks_like_pnm(bytes)) return MediaType::pnm;
  if (pdf != std::string_view::npos) return MediaType::pdf;

  for (const Foreign& kind : kForeign)
    if (starts(bytes, kind.magic, kind.at))
      return fail(ErrorCode::unsupported_input, Retry::never, shown_name,
                  std::string(kind.what_to_do));
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; }))
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file holds only zero bytes; scan or copy it again");
  return fail(ErrorCode::unsupported_input, Retry::never, shown_name,
              "this is neither a PDF nor a picture we read; give a PDF, TIFF, JPEG, PNG, "
              "JPEG 2000, WebP, BMP or PNM file");
}

Result<MediaType> sniff_media_type(const std::filesystem::path& file,
                                   const std::string& shown_name) {
  SOGOC_TRY(
      const decoding::MappedFile mapped,
      decoding::MappedFile::open(file, shown_name, std::numeric_limits<std::uint64_t>::max()));
  return sniff_media_type(mapped.bytes(), shown_name);
}

}  // namespace sogoc
