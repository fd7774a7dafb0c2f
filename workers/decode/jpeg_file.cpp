#include "workers/decode/decoding.hpp"
#include "workers/decode/jpeg_decoder.hpp"
#include "workers/decode/jpeg_stream.hpp"

namespace sogoc::decoding {

Result<ImageFileFacts> inspect_jpeg(const Input& input) {
  SOGOC_TRY(const JpegDecoder decoder, JpegDecoder::open(input));
  return ImageFileFacts{};
}

Result<ImagePage> read_jpeg(const Input& input) {
  SOGOC_TRY(JpegDecoder decoder, JpegDecoder::open(input));
  const JpegFacts facts = decoder.facts();
  const bool is_cmyk = facts.colour == JpegColour::cmyk || facts.colour == JpegColour::ycck;
  ImagePage page;
  page.recode = Recode::jpeg;
  page.orientation = facts.orientation;
  SOGOC_TRY(page.raster,
            decoder.decode(CmykSense::by_adobe_marker,
                           is_cmyk ? usable_profile(facts.icc, ProfileKind::cmyk) : Buffer{}));
  if (is_cmyk) {
    // PDF/A with an sRGB output intent may not hold DeviceCMYK.
    page.notes.push_back("re-encoded from CMYK as an sRGB JPEG at quality 92");
    return page;
  }
  const bool is_gray = facts.colour == JpegColour::gray;
  Buffer icc = usable_profile(facts.icc, is_gray ? ProfileKind::gray : ProfileKind::rgb);
  if (facts.arithmetic) {
    page.icc = std::move(icc);
    page.notes.push_back("re-encoded at quality 92: PDF viewers do not read arithmetic-coded JPEG");
    return page;
  }
  CodedPicture coded;
  coded.picture.coding = PictureCoding::jpeg;
  coded.picture.size = facts.size;
  coded.picture.colour = is_gray ? ColourModel::gray : ColourModel::rgb;
  coded.icc = std::move(icc);
  // What follows the end mark (a phone's second picture or film) is not part of the page.
  const Bytes stream = input.bytes.first(decoder.end());
  if (facts.colour == JpegColour::rgb && !facts.adobe_marker)
    coded.bytes = with_adobe_marker(stream, false);
  else
    coded.bytes.assign(stream.begin(), stream.end());
  if (!decoder.has_end_mark()) {
    coded.bytes.insert(coded.bytes.end(), {0xFF, 0xD9});
    page.notes.push_back("the JPEG lacked its end mark; every pixel was there");
  }
  page.coded = std::move(coded);
  return page;
}

}  // namespace sogoc::decoding
