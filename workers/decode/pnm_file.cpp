// Netpbm's formats: P1 to P6 and PAM (P7).

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

struct PnmHeader {
  int kind = 0;  // 1..7
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t most = 1;    // the sample value of white
  std::size_t samples = 1;  // a pixel
  bool alpha = false;
  bool black_and_white = false;  // PAM: 1 is white; P1 and P4: 1 is black
  std::size_t data = 0;          // where samples begin
};

bool is_blank(std::uint8_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

class Scanner {
 public:
  explicit Scanner(Bytes bytes, std::size_t at) : bytes_(bytes), at_(at) {}
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ >= bytes_.size(); }

  void skip_blanks() {
    while (!at_end()) {
      if (bytes_[at_] == '#') {
        while (!at_end() && bytes_[at_] != '\n') ++at_;
      } else if (is_blank(bytes_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }
  // -1: no number stands here.
  [[nodiscard]] std::int64_t number() {
    skip_blanks();
    std::int64_t value = -1;
    while (!at_end() && bytes_[at_] >= '0' && bytes_[at_] <= '9') {
      value = std::max<std::int64_t>(value, 0) * 10 + (bytes_[at_] - '0');
      if (value > 0x7FFFFFFF) return -1;
      ++at_;
    }
    return value;
  }
  // -1: neither 0 nor 1. Bits need no blanks between them.
  [[nodiscard]] int bit() {
    skip_blanks();
    if (at_end() || (bytes_[at_] != '0' && bytes_[at_] != '1')) return -1;
    return bytes_[at_++] - '0';
  }
  [[nodiscard]] std::string_view word() {
    skip_blanks();
    const std::size_t from = at_;
    while (!at_end() && !is_blank(bytes_[at_])) ++at_;
    return {reinterpret_cast<const char*>(bytes_.data()) + from, at_ - from};
  }
  void skip_one() { ++at_; }

 private:
  Bytes bytes_;
  std::size_t at_;
};

Result<PnmHeader> pam_header(const Input& input, Scanner& scanner) {
  PnmHeader header;
  header.kind = 7;
  std::int64_t depth = 0;
  std::string_view type;
  for (;;) {
    const std::string_view key = scanner.word();
    if (key.empty()) return ends_early(input.subject);
    if (key == "ENDHDR") break;
    if (key == "WIDTH")
      header.width = scanner.number();
    else if (key == "HEIGHT")
      header.height = scanner.number();
    else if (key == "DEPTH")
      depth = scanner.number();
    else if (key == "MAXVAL")
      header.most = scanner.number();
    else if (key == "TUPLTYPE")
      type = scanner.word();
    else
      return damaged(input.subject, "an unknown line in its PAM header");
  }
  scanner.skip_one();
  header.data = scanner.position();
  if (depth < 1 || depth > 4)
    return fail(
        ErrorCode::unsupported_input, Retry::never, input.subject,
        fmt::format("a PAM picture with {} samples a pixel is not read; save it as PNG", depth));
  header.samples = static_cast<std::size_t>(depth);
  header.alpha = depth == 2 || depth == 4;
  header.black_and_white = type == "BLACKANDWHITE";
  return header;
}

Result<PnmHeader> header_of(const Input& input) {
  Scanner scanner(input.bytes, 2);
  PnmHeader header;
  if (input.bytes.size() < 3) return ends_early(input.subject);
  header.kind = input.bytes[1] - '0';
  if (header.kind == 7) {
    SOGOC_TRY(header, pam_header(input, scanner));
  } else {
    header.width = scanner.number();
    header.height = scanner.number();
    if (header.kind != 1 && header.kind != 4) header.most = scanner.number();
    header.samples = header.kind == 3 || header.kind == 6 ? 3 : 1;
    if (scanner.at_end()) return ends_early(input.subject);
    scanner.skip_one();  // one blank before the samples
    header.data = scanner.position();
  }
  SOGOC_CHECK(check_size(header.width, header.height, input));
  if (header.most < 1 || header.most > 65535)
    return damaged(input.subject, "its largest sample value");
  return header;
}

Result<Buffer> ascii_samples(const Input& input, const PnmHeader& header, std::size_t count,
                             std::size_t& end) {
  // A sample takes a character at least.
  if (count > input.bytes.size()) return ends_early(input.subject);
  Scanner scanner(input.bytes, header.data);
  Buffer samples(count);
  for (std::uint8_t& sample : samples) {
    const std::int64_t value = header.kind == 1 ? scanner.bit() : scanner.number();
    if (value < 0 && scanner.at_end()) return ends_early(input.subject);
    if (value < 0 || value > header.most) return damaged(input.subject, "a sample value");
    sample = header.kind == 1
                 ? static_cast<std::uint8_t>(value ? 0 : 255)
                 : static_cast<std::uint8_t>((value * 255 + header.most / 2) / header.most);
  }
  scanner.skip_blanks();
  end = scanner.position();
  return samples;
}

Result<Buffer> binary_samples(const Input& input, const PnmHeader& header, std::size_t count,
                              std::size_t& end) {
  const std::size_t each = header.most > 255 ? 2 : 1;
  if (header.data > input.bytes.size() || (input.bytes.size() - header.data) / each < count)
    return ends_early(input.subject);
  const std::uint8_t* in = input.bytes.data() + header.data;
  end = header.data + count * each;
  Buffer samples(in, in + (each == 1 ? count : 0));
  if (header.most == 255) return samples;
  samples.resize(count);
  const auto most = static_cast<std::uint32_t>(header.most);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t value =
        each == 1 ? samples[i] : static_cast<std::uint32_t>(in[2 * i]) << 8 | in[2 * i + 1];
    samples[i] = static_cast<std::uint8_t>((std::min(value, most) * 255 + most / 2) / most);
  }
  return samples;
}

Done refuse_more(const Input& input, std::size_t end) {
  while (end < input.bytes.size() && is_blank(input.bytes[end])) ++end;
  if (input.bytes.size() - std::min(end, input.bytes.size()) > 2 && input.bytes[end] == 'P')
    return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                "it holds several pictures; split it into files of one picture, or use TIFF");
  return {};
}

}  // namespace

Result<ImageFileFacts> inspect_pnm(const Input& input) {
  SOGOC_CHECK(header_of(input));
  return ImageFileFacts{};
}

Result<ImagePage> read_pnm(const Input& input) {
  SOGOC_TRY(const PnmHeader header, header_of(input));
  const SizePx size{static_cast<int>(header.width), static_cast<int>(header.height)};
  const std::size_t pixels_count =
      static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.height);
  ImagePage page;
  if (header.kind == 4) {
    const std::size_t bytes =
        PageImage::stride_of(size.width, PixelFormat::bit1) * static_cast<std::size_t>(size.height);
    if (header.data > input.bytes.size() || input.bytes.size() - header.data < bytes)
      return ends_early(input.subject);
    SOGOC_CHECK(refuse_more(input, header.data + bytes));
    const std::uint8_t* in = input.bytes.data() + header.data;
    SOGOC_TRY(const PageImage image,
              PageImage::create(size, PixelFormat::bit1, {}, Buffer(in, in + bytes)));
    page.raster = inverted(inverted(image));  // clears the padding
    return page;
  }
  std::size_t end = 0;
  const bool ascii = header.kind <= 3;
  SOGOC_TRY(Buffer samples,
            ascii ? ascii_samples(input, header, pixels_count * header.samples, end)
                  : binary_samples(input, header, pixels_count * header.samples, end));
  SOGOC_CHECK(refuse_more(input, end));
  if (header.most > 255) page.notes.push_back("16 bits a sample reduced to 8");
  if (header.alpha) {
    const std::size_t colours = header.samples - 1;
    for (std::size_t i = 0; i < pixels_count; ++i)
      for (std::size_t c = 0; c < colours; ++c)
        samples[i * colours + c] =
            on_white(samples[i * header.samples + c], samples[i * header.samples + colours]);
    samples.resize(pixels_count * colours);
    page.notes.push_back("transparent parts laid on white");
  }
  const std::size_t channels = header.alpha ? header.samples - 1 : header.samples;
  SOGOC_TRY(page.raster,
            PageImage::create(size, channels == 1 ? PixelFormat::gray8 : PixelFormat::rgb8, {},
                              std::move(samples)));
  if (header.kind == 1 || header.black_and_white) page.raster = as_bilevel_if_lossless(page.raster);
  return page;
}

}  // namespace sogoc::decoding
