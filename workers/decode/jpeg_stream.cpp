#include "workers/decode/jpeg_stream.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace sogoc::decoding {

namespace {

constexpr std::uint8_t kSoi = 0xD8;
constexpr std::uint8_t kEoi = 0xD9;
constexpr std::uint8_t kSos = 0xDA;
constexpr std::uint8_t kDqt = 0xDB;
constexpr std::uint8_t kDht = 0xC4;
constexpr std::uint8_t kDri = 0xDD;
constexpr std::uint8_t kAdobe = 0xEE;

struct Segment {
  std::uint8_t marker = 0;
  Bytes body;  // without marker and length
};

struct Stream {
  std::vector<Segment> segments;  // up to and with SOS
  Bytes entropy;                  // empty for a stream of tables only
  bool plain = true;              // nothing but pixels stands in the entropy data
};

// Nothing when the markers cannot be followed.
std::optional<Stream> parsed(Bytes jpeg) {
  if (jpeg.size() < 4 || jpeg[0] != 0xFF || jpeg[1] != kSoi) return std::nullopt;
  Stream stream;
  std::size_t at = 2;
  while (at + 2 <= jpeg.size()) {
    if (jpeg[at] != 0xFF) return std::nullopt;
    const std::uint8_t marker = jpeg[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == kEoi) return stream;
    if (at + 4 > jpeg.size()) return std::nullopt;
    const std::size_t length = static_cast<std::size_t>(jpeg[at + 2]) << 8 | jpeg[at + 3];
    if (length < 2 || jpeg.size() - at - 2 < length) return std::nullopt;
    stream.segments.push_back({marker, jpeg.subspan(at + 4, length - 2)});
    at += 2 + length;
    if (marker != kSos) continue;
    std::size_t end = at;
    while (end + 1 < jpeg.size() && !(jpeg[end] == 0xFF && jpeg[end + 1] != 0x00)) ++end;
    if (end + 1 >= jpeg.size()) {
      end = jpeg.size();
    } else {
      std::size_t mark = end;
      while (mark + 1 < jpeg.size() && jpeg[mark + 1] == 0xFF) ++mark;
      stream.plain = mark + 1 < jpeg.size() && jpeg[mark + 1] == kEoi;
    }
    stream.entropy = jpeg.subspan(at, end - at);
    return stream;
  }
  return stream;
}

void append(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_segment(Buffer& out, std::uint8_t marker, Bytes body) {
  const std::size_t length = body.size() + 2;
  out.insert(out.end(), {0xFF, marker, static_cast<std::uint8_t>(length >> 8),
                         static_cast<std::uint8_t>(length & 0xFF)});
  append(out, body);
}

// The quantization and Huffman tables in force, each by its class and number.
struct Tables {
  std::map<std::uint8_t, Buffer> quantization;
  std::map<std::uint8_t, Buffer> huffman;
  friend bool operator==(const Tables&, const Tables&) = default;
};

bool add_tables(Tables& tables, const Stream& stream) {
  for (const Segment& segment : stream.segments) {
    Bytes left = segment.body;
    while (segment.marker == kDqt && !left.empty()) {
      const std::size_t length = 1 + ((left[0] >> 4) ? 128u : 64u);
      if (left.size() < length) return false;
      tables.quantization[left[0] & 0x0F] =
          Buffer(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(length));
      left = left.subspan(length);
    }
    while (segment.marker == kDht && !left.empty()) {
      if (left.size() < 17) return false;
      std::size_t length = 17;
      for (std::size_t i = 1; i <= 16; ++i) length += left[i];
      if (left.size() < length) return false;
      tables.huffman[left[0]] =
          Buffer(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(length));
      left = left.subspan(length);
    }
    const bool restarts = segment.marker == kDri && segment.body.size() == 2 &&
                          (segment.body[0] != 0 || segment.body[1] != 0);
    if (restarts) return false;
  }
  return true;
}

struct Frame {
  std::uint8_t marker = 0;
  Buffer body;  // of the SOF segment
  Buffer scan;  // of the SOS segment
  std::size_t height = 0;
  std::size_t width = 0;
  std::size_t mcu_width = 8;
  std::size_t mcu_height = 8;
};

std::optional<Frame> frame_of(const Stream& stream) {
  Frame frame;
  for (const Segment& segment : stream.segments) {
    if (segment.marker == 0xC0 || segment.marker == 0xC1) {
      frame.marker = segment.marker;
      frame.body.assign(segment.body.begin(), segment.body.end());
    } else if (segment.marker > 0xC1 && segment.marker <= 0xCF && segment.marker != kDht &&
               segment.marker != 0xC8 && segment.marker != 0xCC) {
      return std::nullopt;
    } else if (segment.marker == kSos) {
      frame.scan.assign(segment.body.begin(), segment.body.end());
    }
  }
  if (frame.body.size() < 6 || frame.scan.empty() || frame.body[0] != 8) return std::nullopt;
  const std::size_t components = frame.body[5];
  if (frame.body.size() != 6 + 3 * components || frame.scan[0] != components ||
      (components != 1 && components != 3))
    return std::nullopt;
  frame.height = static_cast<std::size_t>(frame.body[1]) << 8 | frame.body[2];
  frame.width = static_cast<std::size_t>(frame.body[3]) << 8 | frame.body[4];
  if (components == 3) {
    std::size_t across = 1;
    std::size_t down = 1;
    for (std::size_t i = 0; i < components; ++i) {
      across = std::max<std::size_t>(across, frame.body[7 + 3 * i] >> 4);
      down = std::max<std::size_t>(down, frame.body[7 + 3 * i] & 0x0F);
    }
    if (across > 4 || down > 4) return std::nullopt;
    frame.mcu_width = 8 * across;
    frame.mcu_height = 8 * down;
  }
  return frame;
}

bool same_but_height(const Frame& a, const Frame& b) {
  Buffer body = b.body;
  body[1] = a.body[1];
  body[2] = a.body[2];
  return a.marker == b.marker && a.body == body && a.scan == b.scan;
}

}  // namespace

Buffer with_adobe_marker(Bytes jpeg, bool is_ycc) {
  Buffer out{0xFF, kSoi};
  out.reserve(jpeg.size() + 16);
  const auto transform = static_cast<std::uint8_t>(is_ycc ? 1 : 0);
  const std::array<std::uint8_t, 12> adobe{'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform};
  // After a JFIF marker, which must stay first.
  std::size_t at = 2;
  if (jpeg.size() > 6 && jpeg[2] == 0xFF && jpeg[3] == 0xE0) {
    const std::size_t length = 2 + (static_cast<std::size_t>(jpeg[4]) << 8 | jpeg[5]);
    if (jpeg.size() - at >= length) {
      append(out, jpeg.subspan(at, length));
      at += length;
    }
  }
  append_segment(out, kAdobe, adobe);
  // Other markers up to the frame, without an older Adobe marker.
  while (at + 4 <= jpeg.size() && jpeg[at] == 0xFF && jpeg[at + 1] >= 0xE0 &&
         jpeg[at + 1] <= 0xEF) {
    const std::size_t length = 2 + (static_cast<std::size_t>(jpeg[at + 2]) << 8 | jpeg[at + 3]);
    if (jpeg.size() - at < length) break;
    if (jpeg[at + 1] != kAdobe) append(out, jpeg.subspan(at, length));
    at += length;
  }
  append(out, jpeg.subspan(at));
  return out;
}

Buffer joined_strips(Bytes tables, const std::vector<Bytes>& strips, SizePx size) {
  if (strips.empty() || size.height > 0xFFFF || size.width > 0xFFFF) return {};
  Tables shared;
  if (!tables.empty()) {
    const auto stream = parsed(tables);
    if (!stream || !add_tables(shared, *stream)) return {};
  }
  std::optional<Frame> first;
  Tables first_tables;
  std::vector<Bytes> entropy;
  std::size_t height = 0;
  bool last_seen = false;
  for (const Bytes& strip : strips) {
    const auto stream = parsed(strip);
    if (!stream || !stream->plain || stream->entropy.empty() || last_seen) return {};
    Tables in_force = shared;
    if (!add_tables(in_force, *stream)) return {};
    const auto frame = frame_of(*stream);
    if (!frame || frame->height == 0) return {};
    if (!first) {
      first = frame;
      first_tables = in_force;
    }
    if (!same_but_height(*first, *frame) || in_force != first_tables ||
        frame->height > first->height)
      return {};
    last_seen = frame->height < first->height;
    height += frame->height;
    entropy.push_back(stream->entropy);
  }
  if (height != static_cast<std::size_t>(size.height) ||
      first->width != static_cast<std::size_t>(size.width))
    return {};
  const std::size_t across = (first->width + first->mcu_width - 1) / first->mcu_width;
  const std::size_t interval = across * (first->height / first->mcu_height);
  if (strips.size() > 1 &&
      (first->height % first->mcu_height != 0 || interval == 0 || interval > 0xFFFF))
    return {};

  Buffer out{0xFF, kSoi};
  for (const auto& [number, table] : first_tables.quantization) append_segment(out, kDqt, table);
  for (const auto& [number, table] : first_tables.huffman) append_segment(out, kDht, table);
  Buffer body = first->body;
  body[1] = static_cast<std::uint8_t>(height >> 8);
  body[2] = static_cast<std::uint8_t>(height & 0xFF);
  append_segment(out, first->marker, body);
  if (strips.size() > 1)
    append_segment(out, kDri,
                   std::array<std::uint8_t, 2>{static_cast<std::uint8_t>(interval >> 8),
                                               static_cast<std::uint8_t>(interval & 0xFF)});
  append_segment(out, kSos, first->scan);
  for (std::size_t i = 0; i < entropy.size(); ++i) {
    append(out, entropy[i]);
    if (i + 1 < entropy.size())
      out.insert(out.end(), {0xFF, static_cast<std::uint8_t>(0xD0 + i % 8)});
  }
  out.insert(out.end(), {0xFF, kEoi});
  return out;
}

}  // namespace sogoc::decoding
