// ITU-T T.4 and T.6 as PDF uses them: with or without end-of-line marks, byte-aligned or not,
// with an unknown number of rows. libtiff reads only what TIFF allows, hence this decoder.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "workers/decode/ccitt_tables.hpp"
#include "workers/decode/decoding.hpp"

namespace sogoc {

namespace {

using decoding::Buffer;
using decoding::Bytes;

class Bits {
 public:
  explicit Bits(Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t left() const { return 8 * bytes_.size() - position_; }
  // The next `count` (<= 24) bits; zeros after the end.
  [[nodiscard]] unsigned peek(unsigned count) const {
    const std::size_t byte = position_ / 8;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value << 8 | (byte + i < bytes_.size() ? bytes_[byte + i] : 0u);
    return (value << (position_ % 8)) >> (32 - count);
  }
  void skip(std::size_t count) { position_ += std::min(count, left()); }
  void align() { skip((8 - position_ % 8) % 8); }
  // Zeros from here on, counted up to the end.
  [[nodiscard]] std::size_t zeros() const {
    std::size_t count = 0;
    std::size_t at = position_;
    while (at < 8 * bytes_.size()) {
      if (at % 8 == 0 && bytes_[at / 8] == 0) {
        count += 8;
        at += 8;
        continue;
      }
      if ((bytes_[at / 8] >> (7 - at % 8)) & 1) break;
      ++count;
      ++at;
    }
    return count;
  }

 private:
  Bytes bytes_;
  std::size_t position_ = 0;
};

enum class RowEnd : std::uint8_t { whole, damaged, no_more_bits };

// Where the colour changes along a row: even entries turn black, odd ones white; rising.
using Changes = std::vector<int>;

class RowDecoder {
 public:
  RowDecoder(Bits& bits, int columns) : bits_(bits), columns_(columns) {}

  [[nodiscard]] RowEnd one_dimensional(Changes& row) {
    row.clear();
    int at = 0;
    bool black = false;
    while (at < columns_) {
      const auto run = read_run(black);
      if (!run) return why();
      if (*run > columns_ - at) return RowEnd::damaged;
      at += *run;
      row.push_back(at);
      black = !black;
    }
    return RowEnd::whole;
  }

  [[nodiscard]] RowEnd two_dimensional(const Changes& above, Changes& row) {
    row.clear();
    int at = 0;
    bool begun = false;  // before the first code, a change at column 0 counts as to the right
    bool black = false;
    std::size_t hint = 0;
    while (at < columns_) {
      while (hint > 0 && above[hint - 1] > at) --hint;
      while (hint < above.size() && (above[hint] < at || (begun && above[hint] == at))) ++hint;
      std::size_t b1 = hint;
      if ((b1 % 2 == 1) != black) ++b1;
      const int first = b1 < above.size() ? above[b1] : columns_;
      const int second = b1 + 1 < above.size() ? above[b1 + 1] : columns_;
      const unsigned code = bits_.peek(7);
      int shift = 0;
      if (code & 0x40) {
        take(1);
      } else if ((code >> 4) == 3) {
        take(3);
        shift = 1;
      } else if ((code >> 4) == 2) {
        take(3);
        shift = -1;
      } else if ((code >> 4) == 1) {
        take(3);
        const auto one = read_run(black);
        const auto two = one ? read_run(!black) : std::nullopt;
        if (!two) return why();
        if (*one > columns_ - at || *two > columns_ - at - *one) return RowEnd::damaged;
        row.push_back(at + *one);
        at += *one + *two;
        row.push_back(at);
        begun = true;
        continue;
      } else if ((code >> 3) == 1) {
        take(4);
        at = second;
        begun = true;
        continue;
      } else if ((code >> 1) == 3) {
        take(6);
        shift = 2;
      } else if ((code >> 1) == 2) {
        take(6);
        shift = -2;
      } else if (code == 3) {
        take(7);
        shift = 3;
      } else if (code == 2) {
        take(7);
        shift = -3;
      } else {
        return why();
      }
      if (ran_out_) return RowEnd::no_more_bits;
      const int change = first + shift;
      if (change < at || change > columns_ || (begun && change == at && first <= at))
        return RowEnd::damaged;
      row.push_back(change);
      at = change;
      begun = true;
      black = !black;
    }
    return ran_out_ ? RowEnd::no_more_bits : RowEnd::whole;
  }

 private:
  void take(unsigned count) {
    if (bits_.left() < count) ran_out_ = true;
    bits_.skip(count);
  }
  [[nodiscard]] RowEnd why() const {
    return ran_out_ || bits_.left() < decoding::kRunCodeBits ? RowEnd::no_more_bits
                                                             : RowEnd::damaged;
  }
  [[nodiscard]] std::optional<int> read_run(bool black) {
    const decoding::RunTable& table = black ? decoding::black_runs() : decoding::white_runs();
    int run = 0;
    for (;;) {
      const decoding::RunCode code = table[bits_.peek(decoding::kRunCodeBits)];
      if (code.run < 0) return std::nullopt;
      take(code.length);
      if (ran_out_) return std::nullopt;
      run += code.run;
      if (run > columns_) return run;  // more than a row: the caller refuses it
      if (code.run < 64) return run;
    }
  }

  Bits& bits_;
  int columns_;
  bool ran_out_ = false;
};

void fill_black(std::uint8_t* row, int from, int to) {
  for (int x = from; x < to;) {
    if (x % 8 == 0 && to - x >= 8) {
      row[x / 8] = 0xFF;
      x += 8;
    } else {
      row[x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
      ++x;
    }
  }
}

constexpr std::size_t kZerosOfMark = 11;

// Passes one end-of-line mark with its fill bits, if it stands here.
bool skip_mark(Bits& bits) {
  const std::size_t zeros = bits.zeros();
  if (zeros < kZerosOfMark || zeros >= bits.left()) return false;
  bits.skip(zeros + 1);
  return true;
}

// Moves to the next mark; false when there is none.
bool find_mark(Bits& bits) {
  while (bits.left() > kZerosOfMark) {
    const std::size_t zeros = bits.zeros();
    if (zeros >= bits.left()) return false;
    if (zeros >= kZerosOfMark) return true;
    bits.skip(zeros + 1);
  }
  return false;
}

enum class Before : std::uint8_t { one_dimensional, two_dimensional, end };

// What stands before a row: marks, fill, the tag bit of mixed coding, or the end of the page.
// In aligned data without marks, fill bits and the zeros of a long run look like a mark.
Before next_row(Bits& bits, const CcittParameters& parameters, bool has_marks) {
  const bool aligned_rows = parameters.byte_align && !has_marks;
  if (aligned_rows) bits.align();
  bool marked = skip_mark(bits);
  if (!marked && parameters.byte_align && !aligned_rows) {
    bits.align();
    marked = skip_mark(bits);
  }
  if (bits.left() == 0) return Before::end;
  if (!marked && bits.zeros() >= std::min<std::size_t>(bits.left(), kZerosOfMark))
    return Before::end;  // nothing but padding
  if (parameters.k < 0) return marked ? Before::end : Before::two_dimensional;
  bool one = true;
  if (parameters.k > 0) {
    one = bits.peek(1) == 1;
    bits.skip(1);
  }
  // A second mark at once ends the page.
  if (marked && bits.zeros() >= kZerosOfMark) return Before::end;
  return one ? Before::one_dimensional : Before::two_dimensional;
}

}  // namespace

Result<PageImage> decode_ccitt(std::span<const std::uint8_t> bytes,
                               const CcittParameters& parameters, const std::string& subject,
                               const DecodeLimits& limits) {
  using namespace decoding;
  const Input input{.bytes = bytes, .subject = subject, .limits = limits};
  SOGOC_CHECK(check_size(parameters.columns, std::max(parameters.rows, 1), input));
  // Each row takes a bit at least.
  if (parameters.rows > 0 && static_cast<std::uint64_t>(parameters.rows) > 8 * bytes.size())
    return ends_early(subject);
  const int columns = parameters.columns;
  const std::size_t stride = PageImage::stride_of(columns, PixelFormat::bit1);
  Buffer pixels;
  if (parameters.rows > 0) pixels.reserve(stride * static_cast<std::size_t>(parameters.rows));

  Bits bits(bytes);
  const bool has_marks = parameters.k >= 0 && bits.zeros() >= kZerosOfMark;
  RowDecoder rows(bits, columns);
  Changes above;
  Changes row;
  int count = 0;
  int damaged_rows = 0;
  while (parameters.rows == 0 || count < parameters.rows) {
    const Before before = next_row(bits, parameters, has_marks);
    if (before == Before::end) break;
    RowEnd end = before == Before::one_dimensional ? rows.one_dimensional(row)
                                                   : rows.two_dimensional(above, row);
    if (end == RowEnd::no_more_bits) {
      if (parameters.rows == 0) break;
      return ends_early(subject);
    }
    if (end == RowEnd::damaged) {
      if (parameters.k < 0 || !find_mark(bits))
        return damaged(subject, fmt::format("fax row {}", count + 1));
      ++damaged_rows;
      row = above;
    }
    if (parameters.rows == 0) SOGOC_CHECK(check_size(columns, count + 1, input));
    pixels.resize(pixels.size() + stride);
    std::uint8_t* to = pixels.data() + pixels.size() - stride;
    for (std::size_t i = 0; i < row.size(); i += 2)
      fill_black(to, row[i], i + 1 < row.size() ? row[i + 1] : columns);
    above.swap(row);
    ++count;
  }
  if (count == 0 || (parameters.rows > 0 && count < parameters.rows)) return ends_early(subject);
  constexpr int kOneIn = 20;
  if (damaged_rows > 1 + count / kOneIn)
    return damaged(subject, fmt::format("{} of {} fax rows", damaged_rows, count));
  SOGOC_TRY(const PageImage image,
            PageImage::create({columns, count}, PixelFormat::bit1, {}, std::move(pixels)));
  return parameters.black_is_1 ? inverted(image) : image;
}

}  // namespace sogoc
