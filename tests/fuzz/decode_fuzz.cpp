// Everything that turns outside picture bytes into pixels. A picture file goes through the same
// steps as in a worker; other bytes go to a coder chosen by their first byte.

#include <algorithm>
#include <cstdlib>

#include "workers/decode/decoding.hpp"
#include "workers/decode/media_type.hpp"

namespace {

using namespace sogoc;

constexpr DecodeLimits kLimits{.max_pixels = 1'000'000};

// What a reader calls good must hold together.
void check(const Result<decoding::ImagePage>& read) {
  if (!read) return;
  const auto finished = decoding::finish_page(*read);
  if (!finished) return;
  if (!finished->coded || finished->coded->bytes.empty()) std::abort();
  if (finished->coded->picture.size != finished->raster.size()) std::abort();
}

void read_file(MediaType type, std::span<const std::uint8_t> bytes) {
  const decoding::Input input{
      .bytes = bytes, .subject = "fuzzed", .limits = kLimits, .max_pages = 100};
  const auto facts = decoding::inspect_image(type, input);
  if (!facts) return;
  for (std::uint32_t page = 0; page < std::min(facts->page_count, 4u); ++page)
    check(decoding::read_image(type, input, page));
}

void read_coded(std::span<const std::uint8_t> bytes) {
  const std::uint8_t choice = bytes[0];
  const auto rest = bytes.subspan(std::min<std::size_t>(bytes.size(), 4));
  const int columns = bytes.size() > 1 ? 1 + bytes[1] * 8 : 64;
  const int rows = bytes.size() > 2 ? bytes[2] : 0;
  switch (choice % 4) {
    case 0:
    case 1:
      (void)decode_ccitt(rest,
                         {.columns = columns,
                          .rows = rows,
                          .k = (choice >> 2) % 3 - 1,
                          .black_is_1 = (choice & 0x10) != 0,
                          .byte_align = (choice & 0x20) != 0},
                         "fuzzed", kLimits);
      break;
    case 2:
      (void)decode_jbig2(rest, std::nullopt, {columns, std::max(rows, 1)}, "fuzzed", kLimits);
      break;
    default: (void)decoding::read_exif(rest); break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> input(bytes, size);
  const auto type = sniff_media_type(input, "fuzzed");
  if (type && *type != MediaType::pdf)
    read_file(*type, input);
  else
    read_coded(input);
  return 0;
}
