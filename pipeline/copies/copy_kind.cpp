#include "pipeline/copies/copy_kind.hpp"

#include <fmt/format.h>

namespace sogoc {
namespace {

auto refuse(CopyKind kind, std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, std::string(name(kind)), std::move(why));
}

}  // namespace

Result<CopyKind> copy_kind_named(std::string_view text) {
  if (const auto kind = value_in(kCopyKindNames, text)) return *kind;
  std::string known;
  for (const auto& [kind, word] : kCopyKindNames) known += (known.empty() ? "" : ", ") + std::string(word);
  return fail(ErrorCode::usage, Retry::never, std::string(text), "is no kind of copy; there are " + known);
}

Done check_conversion(CopyKind kind, Medium from, Medium to, bool source_is_sao_y) {
  switch (kind) {
    case CopyKind::sao_y:
      if (from == Medium::electronic && to == Medium::electronic)
        return refuse(kind,
                      "there is no sao y from electronic to electronic (ND 30/2020, Điều 25): send the "
                      "electronic original itself, or make a trích sao");
      return {};
    case CopyKind::sao_luc:
      if (!source_is_sao_y)
        return refuse(kind,
                      "a sao lục is made from a sao y only (ND 30/2020, Điều 25): name the sao y, or make a "
                      "sao y of the original");
      if (from == Medium::electronic && to == Medium::electronic)
        return refuse(kind,
                      "there is no sao lục from electronic to electronic (ND 30/2020, Điều 25): print it, or "
                      "make a trích sao");
      return {};
    case CopyKind::certified_copy:
      if (from != Medium::paper || to != Medium::electronic)
        return refuse(kind,
                      "an electronic certified copy is made from a paper original only (ND 45/2020, Điều 3): "
                      "have the paper original presented");
      if (source_is_sao_y)
        return refuse(kind,
                      "a certified copy is made from the original, not from a copy of it (ND 45/2020, Điều 3): "
                      "have the original presented");
      return {};
    case CopyKind::register_copy:
    case CopyKind::trich_sao:
    case CopyKind::reader_copy: return {};
  }
  return {};
}

}  // namespace sogoc
