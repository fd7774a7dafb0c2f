#include "workers/copy_write/qr_symbol.hpp"

#include <memory>
#include <string>

#include <qrencode.h>

namespace sogoc {
namespace {

struct FreeCode {
  void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};
using CodePtr = std::unique_ptr<QRcode, FreeCode>;

constexpr std::size_t kLongestPayload = 1200;
constexpr int kMostModulesAtQ = 85;   // with its quiet zone 46 mm at half a millimetre a module
constexpr int kMostModules = 125;     // 66 mm: wider than a column of a sheet allows

}  // namespace

Result<QrSymbol> qr_symbol(std::string_view payload) {
  const auto refuse = [](const char* why) {
    return fail(ErrorCode::limit_exceeded, Retry::after_operator, "QR symbol", why);
  };
  const std::string text(payload);
  if (text.empty() || text.size() > kLongestPayload || text.find('\0') != std::string::npos)
    return refuse("its payload must be 1 to 1200 bytes of text");
  // Case matters; digits and base45 letters are packed in the alphanumeric mode by the library.
  CodePtr code(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_Q, QR_MODE_8, 1));
  if (!code || code->width > kMostModulesAtQ)
    code.reset(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1));
  if (!code || code->width > kMostModules)
    return refuse("its payload is too long to be printed readably");
  QrSymbol symbol;
  symbol.modules = code->width;
  for (int row = 0; row < code->width; ++row) {
    QrRun run{row, 0, 0};
    for (int column = 0; column <= code->width; ++column) {
      const bool dark = column < code->width && (code->data[row * code->width + column] & 1) != 0;
      if (dark && run.length++ == 0) run.column = column;
      if (dark || run.length == 0) continue;
      symbol.runs.push_back(run);
      run.length = 0;
    }
  }
  return symbol;
}

}  // namespace sogoc
