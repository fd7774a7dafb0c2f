#pragma once

// Private to this folder. What an image dictionary says, checked before anything is unpacked.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workers/pdf_read/colour_space.hpp"

namespace sogoc::pdf {

inline constexpr std::uint64_t kMaxCodedBytes = 1ull << 30;   // of one picture

struct ImageFacts {
  SizePx size;
  int bits = 8;
  bool mask = false;                          // /ImageMask
  bool inverted = false;                      // /Decode [1 0 ...]
  bool odd_decode = false;                    // any other /Decode than the two plain ones
  std::vector<std::string> filters;
  std::vector<QPDFObjectHandle> parameters;   // one for each filter; may be null
  std::optional<ColourSpace> space;

  // The image codec at the end of the chain, "" when the samples are plain.
  [[nodiscard]] std::string codec() const {
    static const std::map<std::string, int> codecs = {
        {"/DCTDecode", 0}, {"/CCITTFaxDecode", 0}, {"/JBIG2Decode", 0}, {"/JPXDecode", 0}};
    return !filters.empty() && codecs.contains(filters.back()) ? filters.back() : std::string();
  }
};

// Fails with invalid_input (no size) or limit_exceeded.
[[nodiscard]] Result<ImageFacts> image_facts(QPDFObjectHandle dictionary,
                                             QPDFObjectHandle resources,
                                             const ReadingSettings& settings,
                                             const std::string& subject);

// The bytes that the codec at the end of the chain gets; other filters before it are undone.
[[nodiscard]] Result<std::vector<std::uint8_t>> coded_bytes(Document& document,
                                                            QPDFObjectHandle stream,
                                                            const ImageFacts& facts,
                                                            const std::string& subject);

[[nodiscard]] tl::unexpected<Error> damaged_picture(const std::string& subject);

}  // namespace sogoc::pdf
