#include "workers/pdf_write/pictures_on_file.hpp"

#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <zlib.h>

#include "workers/pdf_write/colour_profiles.hpp"
#include "workers/pdf_write/picture_object.hpp"

namespace sogoc {

namespace {

constexpr std::uintmax_t kLargestProfile = 16 << 20;
constexpr int kUnfit = 0;  // no object has this number

Result<std::vector<std::uint8_t>> whole_file(const std::filesystem::path& path,
                                             std::uintmax_t most_bytes) {
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed || size > most_bytes)
    return fail(ErrorCode::invalid_input, Retry::never, path.filename().string(),
                "is missing or too large");
  std::vector<std::uint8_t> bytes(size);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!file)
    return fail(ErrorCode::unavailable, Retry::same_step, path.filename().string(),
                "cannot be read");
  return bytes;
}

// A record that calls something else a JPEG would make a PDF that no viewer can show.
Done check_start(const std::filesystem::path& path, PictureCoding coding) {
  std::array<unsigned char, 12> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(start.data()), start.size());
  const auto length = file.gcount();
  const bool is_jpeg = length > 2 && start[0] == 0xFF && start[1] == 0xD8 && start[2] == 0xFF;
  const bool is_jp2 = length == 12 && start[4] == 'j' && start[5] == 'P' && start[6] == ' ';
  const bool is_codestream = length > 2 && start[0] == 0xFF && start[1] == 0x4F;
  const bool is_zlib =
      length > 2 && (start[0] & 0x0F) == 8 && (start[0] * 256 + start[1]) % 31 == 0;
  if (length == 0 || (coding == PictureCoding::jpeg && !is_jpeg) ||
      (coding == PictureCoding::flate && !is_zlib) ||
      (coding == PictureCoding::jpx && !is_jp2 && !is_codestream))
    return fail(ErrorCode::invalid_input, Retry::never, path.filename().string(),
                fmt::format("the picture is not {} data; read the page again", name(coding)));
  return {};
}

// Scanners code JPEG with standard tables and leave white paper as long runs of the same bytes:
// within a Flate stream the very same bytes take a tenth less. Nothing when they do not.
Result<std::optional<std::string>> deflated_if_worth_it(const std::filesystem::path& jpeg) {
  constexpr std::uintmax_t kLargest = 64 << 20;  // kept in memory for a moment
  constexpr double kWorthIt = 0.97;
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(jpeg, failed);
  if (failed || size == 0 || size > kLargest) return std::nullopt;
  SOGOC_TRY(const auto bytes, whole_file(jpeg, kLargest));
  std::string packed(::compressBound(static_cast<uLong>(bytes.size())), '\0');
  uLongf length = static_cast<uLongf>(packed.size());
  if (::compress2(reinterpret_cast<Bytef*>(packed.data()), &length, bytes.data(),
                  static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION) != Z_OK)
    return std::nullopt;
  packed.resize(length);
  if (static_cast<double>(length) > kWorthIt * static_cast<double>(bytes.size()))
    return std::nullopt;
  return packed;
}

}  // namespace

Result<int> PicturesOnFile::put(const PlacedPicture& placed) {
  std::optional<int> soft_mask;
  if (placed.soft_mask) {
    Picture mask = *placed.soft_mask;
    mask.icc_profile.reset();  // a soft mask is DeviceGray
    SOGOC_TRY(soft_mask, put_picture(mask, std::nullopt));
  }
  return put_picture(placed.picture, soft_mask);
}

Result<int> PicturesOnFile::put_picture(const Picture& picture, std::optional<int> soft_mask) {
  const std::string key = picture_key(picture) + fmt::format(" {}", soft_mask.value_or(0));
  if (const auto known = known_.find(key); known != known_.end()) return known->second;

  PictureReferences references;
  references.soft_mask = soft_mask;
  SOGOC_TRY(references.icc_profile, profile_for(picture));
  if (picture.jbig2_globals) {
    const std::string globals_key = to_hex(*picture.jbig2_globals) + " globals";
    auto known = known_.find(globals_key);
    if (known == known_.end()) {
      SOGOC_TRY(const auto globals, blobs_.fetch(*picture.jbig2_globals));
      SOGOC_TRY(const int number, file_.add_file("<< >>", globals));
      known = known_.emplace(globals_key, number).first;
    }
    references.jbig2_globals = known->second;
  }
  SOGOC_TRY(const auto path, blobs_.fetch(picture.data));
  SOGOC_CHECK(check_start(path, picture.coding));
  std::optional<std::string> smaller;
  if (picture.coding == PictureCoding::jpeg) {
    SOGOC_TRY(smaller, deflated_if_worth_it(path));
  }
  references.deflated = smaller.has_value();
  const std::string dictionary = picture_dictionary(picture, references);
  SOGOC_TRY(const int number,
            smaller ? file_.add_plain(dictionary, *smaller) : file_.add_file(dictionary, path));
  known_.emplace(key, number);
  return number;
}

Result<std::optional<int>> PicturesOnFile::profile_for(const Picture& picture) {
  if (picture.icc_profile) {
    const std::string key =
        fmt::format("{} icc {}", to_hex(*picture.icc_profile), name(picture.colour));
    auto known = known_.find(key);
    if (known == known_.end()) {
      SOGOC_TRY(const auto path, blobs_.fetch(*picture.icc_profile));
      SOGOC_TRY(const auto profile, whole_file(path, kLargestProfile));
      int number = kUnfit;
      if (fits(profile, picture.colour)) {
        // An indexed picture's profile describes its palette.
        const int channels =
            picture.colour == ColourModel::indexed ? 3 : components(picture.colour);
        SOGOC_TRY(number, add_profile(profile, channels));
      } else {
        notes_.push_back("a colour profile does not fit its picture and was left out");
      }
      known = known_.emplace(key, number).first;
    }
    if (known->second != kUnfit) return known->second;
  }
  if (picture.colour != ColourModel::cmyk) return std::nullopt;
  const std::string key = "plain cmyk";
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  SOGOC_TRY(const auto profile, plain_cmyk_profile());
  SOGOC_TRY(const int number, add_profile(profile, components(ColourModel::cmyk)));
  known_.emplace(key, number);
  return number;
}

Result<int> PicturesOnFile::add_profile(const std::vector<std::uint8_t>& profile, int channels) {
  return file_.add_deflated(fmt::format("<< /N {} >>", channels), profile);
}

}  // namespace sogoc
