#include "workers/pdf_read/image_facts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sogoc::pdf {
namespace {

std::string long_filter(const std::string& name) {
  static const std::map<std::string, std::string> names = {
      {"/AHx", "/ASCIIHexDecode"}, {"/A85", "/ASCII85Decode"}, {"/LZW", "/LZWDecode"},
      {"/Fl", "/FlateDecode"}, {"/RL", "/RunLengthDecode"}, {"/CCF", "/CCITTFaxDecode"},
      {"/DCT", "/DCTDecode"}};
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

void read_filters(QPDFObjectHandle dictionary, ImageFacts& facts) {
  QPDFObjectHandle filter = dictionary.getKey("/Filter");
  QPDFObjectHandle parameters = dictionary.getKey("/DecodeParms");
  const auto item = [](QPDFObjectHandle object, int i) {
    if (object.isArray())
      return i < object.getArrayNItems() ? object.getArrayItem(i) : QPDFObjectHandle::newNull();
    return i == 0 ? object : QPDFObjectHandle::newNull();
  };
  const int count = filter.isArray() ? std::min(filter.getArrayNItems(), 8)
                                     : (filter.isName() ? 1 : 0);
  for (int i = 0; i < count; ++i) {
    facts.filters.push_back(long_filter(name_of(item(filter, i))));
    facts.parameters.push_back(item(parameters, i));
  }
}

void read_decode(QPDFObjectHandle decode, ImageFacts& facts) {
  if (!decode.isArray() || decode.getArrayNItems() < 2) return;
  const bool indexed = facts.space && facts.space->kind == ColourSpace::Kind::indexed;
  const double top = indexed ? (1 << facts.bits) - 1 : 1;
  int straight = 0, turned = 0;
  const int count = decode.getArrayNItems() / 2;
  for (int i = 0; i < count; ++i) {
    const double low = number_of(decode.getArrayItem(2 * i), 0);
    const double high = number_of(decode.getArrayItem(2 * i + 1), 1);
    straight += low == 0 && high == top;
    turned += low == top && high == 0;
  }
  facts.inverted = turned == count;
  facts.odd_decode = straight != count && turned != count;
}

}  // namespace

tl::unexpected<Error> damaged_picture(const std::string& subject) {
  return fail(ErrorCode::invalid_input, Retry::never, subject,
              "a picture of the page is truncated or damaged; get a complete copy");
}

Result<ImageFacts> image_facts(QPDFObjectHandle dictionary, QPDFObjectHandle resources,
                          const ReadingSettings& settings, const std::string& subject) {
  ImageFacts facts;
  facts.size = {int_of(dictionary.getKey("/Width"), 0), int_of(dictionary.getKey("/Height"), 0)};
  if (facts.size.width <= 0 || facts.size.height <= 0)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "a picture of the page has no size; get the file again from its source");
  if (static_cast<std::uint64_t>(facts.size.width) * static_cast<std::uint64_t>(facts.size.height) >
      settings.max_pixels)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                fmt::format("a picture of the page has {} x {} pixels, more than the limit allows",
                            facts.size.width, facts.size.height));
  read_filters(dictionary, facts);
  QPDFObjectHandle mask = dictionary.getKey("/ImageMask");
  facts.mask = mask.isBool() && mask.getBoolValue();
  facts.bits = int_of(dictionary.getKey("/BitsPerComponent"), facts.mask ? 1 : 8);
  const std::string codec = facts.codec();
  if (facts.mask || codec == "/CCITTFaxDecode" || codec == "/JBIG2Decode") facts.bits = 1;
  if (codec == "/DCTDecode") facts.bits = 8;
  if (facts.mask) facts.space = ColourSpace{};
  else facts.space = colour_space(dictionary.getKey("/ColorSpace"), resources, subject);
  read_decode(dictionary.getKey("/Decode"), facts);
  return facts;
}

Result<std::vector<std::uint8_t>> coded_bytes(Document& document, QPDFObjectHandle stream, const ImageFacts& facts,
                          const std::string& subject) {
  SOGOC_TRY(std::vector<std::uint8_t> raw, raw_bytes(stream, kMaxCodedBytes, subject));
  if (raw.empty()) return damaged_picture(subject);
  if (facts.filters.size() == 1) return raw;
  QPDFObjectHandle inner = QPDFObjectHandle::newStream(
      document.qpdf.get(), std::string(raw.begin(), raw.end()));
  QPDFObjectHandle filters = QPDFObjectHandle::newArray();
  QPDFObjectHandle parameters = QPDFObjectHandle::newArray();
  for (std::size_t i = 0; i + 1 < facts.filters.size(); ++i) {
    if (facts.filters[i] == "/Crypt") continue;  // undone by qpdf already
    filters.appendItem(QPDFObjectHandle::newName(facts.filters[i]));
    parameters.appendItem(facts.parameters[i]);
  }
  inner.getDict().replaceKey("/Filter", filters);
  inner.getDict().replaceKey("/DecodeParms", parameters);
  SOGOC_TRY(std::vector<std::uint8_t> bytes, decoded_bytes(inner, kMaxCodedBytes, subject));
  if (bytes.empty()) return damaged_picture(subject);
  return bytes;
}

}  // namespace sogoc::pdf
