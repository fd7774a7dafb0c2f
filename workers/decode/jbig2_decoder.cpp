#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>

extern "C" {
#include <jbig2.h>
}

#include "workers/decode/decoding.hpp"

namespace sogoc {

namespace {

using decoding::Buffer;
using decoding::Bytes;

// jbig2dec's memory, with a limit: a few bytes can ask for any number of symbols.
struct LimitedMemory {
  Jbig2Allocator base;  // first: jbig2dec hands back a pointer to it
  std::size_t used = 0;
  std::size_t most = 0;
};

constexpr std::size_t kHead = alignof(std::max_align_t) > sizeof(std::size_t)
                                  ? alignof(std::max_align_t)
                                  : sizeof(std::size_t);

LimitedMemory& memory_of(Jbig2Allocator* allocator) {
  return *reinterpret_cast<LimitedMemory*>(allocator);
}

void* resize_block(Jbig2Allocator* allocator, void* block, std::size_t size) {
  LimitedMemory& memory = memory_of(allocator);
  std::size_t before = 0;
  std::byte* start = block ? static_cast<std::byte*>(block) - kHead : nullptr;
  if (start) std::memcpy(&before, start, sizeof before);
  if (size > memory.most || memory.used - before > memory.most - size) return nullptr;
  auto* moved = static_cast<std::byte*>(std::realloc(start, size + kHead));
  if (!moved) return nullptr;
  std::memcpy(moved, &size, sizeof size);
  memory.used = memory.used - before + size;
  return moved + kHead;
}

void* new_block(Jbig2Allocator* allocator, std::size_t size) {
  return resize_block(allocator, nullptr, size);
}

void free_block(Jbig2Allocator* allocator, void* block) {
  if (!block) return;
  std::byte* start = static_cast<std::byte*>(block) - kHead;
  std::size_t size = 0;
  std::memcpy(&size, start, sizeof size);
  memory_of(allocator).used -= size;
  std::free(start);
}

struct Said {
  std::string fatal;
};

void listen(void* data, const char* text, Jbig2Severity severity, std::uint32_t) {
  auto& said = *static_cast<Said*>(data);
  if (severity == JBIG2_SEVERITY_FATAL && said.fatal.empty()) said.fatal = text ? text : "";
}

struct ContextFreer {
  void operator()(Jbig2Ctx* context) const noexcept { jbig2_ctx_free(context); }
};
using ContextPtr = std::unique_ptr<Jbig2Ctx, ContextFreer>;
struct GlobalsFreer {
  void operator()(Jbig2GlobalCtx* context) const noexcept { jbig2_global_ctx_free(context); }
};
using GlobalsPtr = std::unique_ptr<Jbig2GlobalCtx, GlobalsFreer>;

bool feed(Jbig2Ctx* context, Bytes bytes) {
  return jbig2_data_in(context, bytes.data(), bytes.size()) >= 0;
}

// Whether every segment's bytes are there. jbig2dec waits for the rest of a cut segment and gives
// the page without it, which would be a white page that was not white.
bool segments_are_whole(Bytes bytes) {
  std::size_t at = 0;
  const auto number = [&](std::size_t length) -> std::optional<std::uint32_t> {
    if (bytes.size() - at < length) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < length; ++i) value = value << 8 | bytes[at + i];
    at += length;
    return value;
  };
  constexpr std::size_t kLeastHeader = 11;
  constexpr std::uint32_t kUnknownLength = 0xFFFFFFFF;
  while (bytes.size() - at >= kLeastHeader) {
    const auto segment = number(4);
    const auto flags = number(1);
    const auto referred = number(1);
    if (!segment || !flags || !referred) return false;
    std::size_t references = *referred >> 5;
    if (references == 7) {
      --at;
      const auto many = number(4);
      if (!many) return false;
      references = *many & 0x1FFFFFFF;
      if (references > bytes.size()) return false;
      at += std::min(bytes.size() - at, (references + 8) / 8);
    }
    const std::size_t reference_bytes = *segment <= 256 ? 1 : (*segment <= 65536 ? 2 : 4);
    const std::size_t page_bytes = (*flags & 0x40) ? 4 : 1;
    const std::size_t skipped = references * reference_bytes + page_bytes;
    if (bytes.size() - at < skipped) return false;
    at += skipped;
    const auto length = number(4);
    if (!length) return false;
    if (*length == kUnknownLength) return true;  // its end is found by decoding it
    if (bytes.size() - at < *length) return false;
    at += *length;
  }
  // A stream may end in a line feed or zeros; anything else is the start of a segment.
  return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(),
                     [](std::uint8_t b) { return b == 0 || b == '\n' || b == '\r'; });
}

// jbig2dec: 1 is black, rows padded to whole bytes.
Buffer copied(const Jbig2Image& from, SizePx size) {
  const std::size_t stride = PageImage::stride_of(size.width, PixelFormat::bit1);
  const std::size_t from_stride = from.stride;
  Buffer out(stride * static_cast<std::size_t>(size.height));
  const std::size_t rows =
      std::min<std::size_t>(from.height, static_cast<std::size_t>(size.height));
  const std::size_t columns =
      std::min<std::size_t>(from.width, static_cast<std::size_t>(size.width));
  for (std::size_t y = 0; y < rows; ++y) {
    std::uint8_t* row = out.data() + y * stride;
    std::memcpy(row, from.data + y * from_stride, (columns + 7) / 8);
    if (columns % 8 != 0) row[columns / 8] &= static_cast<std::uint8_t>(0xFF << (8 - columns % 8));
  }
  return out;
}

}  // namespace

Result<PageImage> decode_jbig2(std::span<const std::uint8_t> bytes,
                               std::optional<std::span<const std::uint8_t>> globals, SizePx size,
                               const std::string& subject, const DecodeLimits& limits) {
  using namespace decoding;
  const Input input{.bytes = bytes, .subject = subject, .limits = limits};
  SOGOC_CHECK(check_size(size.width, size.height, input));
  if (!segments_are_whole(bytes) || (globals && !segments_are_whole(*globals)))
    return ends_early(subject);
  Said said;
  LimitedMemory memory{{new_block, free_block, resize_block}, 0, 0};
  constexpr std::size_t kForSymbols = 256u << 20;
  memory.most = kForSymbols + static_cast<std::size_t>(limits.max_pixels) / 2;
  const auto failure = [&]() -> tl::unexpected<Error> {
    return damaged(subject, said.fatal.empty() ? "its JBIG2 data" : said.fatal);
  };

  GlobalsPtr shared;
  if (globals && !globals->empty()) {
    ContextPtr first(jbig2_ctx_new(&memory.base, JBIG2_OPTIONS_EMBEDDED, nullptr, listen, &said));
    if (!first || !feed(first.get(), *globals)) return failure();
    shared.reset(jbig2_make_global_ctx(first.release()));
  }
  const ContextPtr context(
      jbig2_ctx_new(&memory.base, JBIG2_OPTIONS_EMBEDDED, shared.get(), listen, &said));
  if (!context || !feed(context.get(), bytes)) return failure();
  // Embedded streams need no end-of-page segment.
  jbig2_complete_page(context.get());
  if (!said.fatal.empty()) return failure();
  Jbig2Image* page = jbig2_page_out(context.get());
  if (!page) return failure();
  Buffer pixels = copied(*page, size);
  jbig2_release_page(context.get(), page);
  return PageImage::create(size, PixelFormat::bit1, {}, std::move(pixels));
}

}  // namespace sogoc
