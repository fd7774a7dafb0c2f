#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>

#include "workers/copy_write/copy_file_private.hpp"

namespace sogoc {
namespace {

constexpr double kLargestSide = 14000;  // points; PDF ends at 14,400 and a band is added

Result<Sha256> digest_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(ErrorCode::not_found, Retry::never, file.filename().string(),
                "the archived PDF was not handed over with the draft");
  Sha256Stream stream;
  std::vector<char> block(1 << 16);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    stream.add(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(in.gcount()))));
  return stream.finish();
}

struct Corners {
  double left = 0, bottom = 0, right = 0, top = 0;
};

std::optional<Corners> box(QPDFObjectHandle array) {
  if (!array.isArray() || array.getArrayNItems() != 4) return std::nullopt;
  double side[4];
  for (int i = 0; i < 4; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isNumber()) return std::nullopt;
    side[i] = item.getNumericValue();
    if (!std::isfinite(side[i])) return std::nullopt;
  }
  return Corners{std::min(side[0], side[2]), std::min(side[1], side[3]), std::max(side[0], side[2]),
                 std::max(side[1], side[3])};
}

}  // namespace

Result<SourcePages> SourcePages::open(const std::filesystem::path& file, const CopyPages& wanted) {
  const std::string subject = to_hex(wanted.source).substr(0, 12);
  SOGOC_TRY(const Sha256 digest, digest_of(file));
  if (digest != wanted.source)
    return fail(ErrorCode::corrupt, Retry::never, subject,
                "the archived PDF no longer has its digest: run sogoc verify");
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorCode::invalid_input, Retry::never, subject, why);
  };
  SourcePages source;
  try {
    source.pdf_ = std::make_shared<QPDF>();
    source.pdf_->setSuppressWarnings(true);
    source.pdf_->processFile(file.c_str());
    const std::vector<QPDFObjectHandle>& all = source.pdf_->getAllPages();
    source.numbers_ = wanted.pages;
    if (source.numbers_.empty())
      for (std::size_t i = 1; i <= all.size(); ++i) source.numbers_.push_back(static_cast<int>(i));
    for (const int number : source.numbers_) {
      if (number < 1 || static_cast<std::size_t>(number) > all.size())
        return fail(ErrorCode::not_found, Retry::never, subject,
                    fmt::format("the archived PDF has no page {}", number));
      QPDFPageObjectHelper helper(all[static_cast<std::size_t>(number) - 1]);
      const auto media = box(helper.getAttribute("/MediaBox", false));
      if (!media) return refuse(fmt::format("page {} has no size", number));
      Corners seen = *media;
      if (const auto crop = box(helper.getAttribute("/CropBox", false))) {
        seen.left = std::max(seen.left, crop->left);
        seen.bottom = std::max(seen.bottom, crop->bottom);
        seen.right = std::min(seen.right, crop->right);
        seen.top = std::min(seen.top, crop->top);
      }
      Page page;
      page.dictionary = helper.getObjectHandle();
      page.left = seen.left;
      page.bottom = seen.bottom;
      page.width = seen.right - seen.left;
      page.height = seen.top - seen.bottom;
      if (!(page.width >= 3) || !(page.height >= 3) || page.width > kLargestSide ||
          page.height > kLargestSide || page.dictionary.hasKey("/UserUnit"))
        return refuse(fmt::format("page {} is too small or too large to be copied at its size", number));
      QPDFObjectHandle turn = helper.getAttribute("/Rotate", false);
      if (turn.isInteger()) page.turned = static_cast<int>(((turn.getIntValue() % 360) + 360) % 360);
      if (page.turned % 90 != 0) return refuse(fmt::format("page {} is turned askew", number));
      const bool lies = page.turned % 180 != 0;
      source.sizes_.push_back({lies ? page.height : page.width, lies ? page.width : page.height});
      source.pages_.push_back(page);
    }
  } catch (const std::exception& error) {
    return refuse(std::string("the archived PDF cannot be read: ") + error.what());
  }
  return source;
}

}  // namespace sogoc
