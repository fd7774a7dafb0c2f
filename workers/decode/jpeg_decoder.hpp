#pragma once

// Private to workers/decode: libjpeg behind one class, so that its setjmp stays in one file.

#include <memory>
#include <string>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

enum class JpegColour : std::uint8_t { gray, ycc, rgb, cmyk, ycck, other };

struct JpegFacts {
  SizePx size;
  int components = 0;
  JpegColour colour = JpegColour::other;
  bool adobe_marker = false;
  bool arithmetic = false;
  bool progressive = false;
  Resolution resolution;  // JFIF, else EXIF
  int orientation = 1;    // EXIF
  Buffer icc;
};

// One JPEG stream.
// Owner:  owns libjpeg's state; the bytes must outlive it.
// Thread: belongs to one thread.
class JpegDecoder {
 public:
  // Reads the header and checks the size against the limits.
  [[nodiscard]] static Result<JpegDecoder> open(const Input& input);
  JpegDecoder(JpegDecoder&&) noexcept;
  JpegDecoder& operator=(JpegDecoder&&) noexcept;
  ~JpegDecoder();

  [[nodiscard]] const JpegFacts& facts() const;
  // Once. gray8 or rgb8; CMYK by `cmyk` and the profile.
  [[nodiscard]] Result<PageImage> decode(CmykSense cmyk, Bytes cmyk_profile);
  // After decode(): where the stream ends in the bytes, and whether its end mark was there.
  [[nodiscard]] std::size_t end() const;
  [[nodiscard]] bool has_end_mark() const;

  struct State;

 private:
  explicit JpegDecoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sogoc::decoding
