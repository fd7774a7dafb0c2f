#include "workers/copy_verify/object_comparison.hpp"

#include <algorithm>

namespace sogoc::verify {
namespace {

bool both_missing(const Value& x, const Value& y) {
  return x.kind == Value::Kind::null && y.kind == Value::Kind::null;
}

}  // namespace

bool ObjectComparison::same(const Value& before, const Value& after) {
  // A list instead of recursion: outlines chain thousands of objects. What is assumed equal while
  // the list runs is forgotten when it proves wrong.
  std::vector<std::pair<const Value*, const Value*>> open{{&before, &after}};
  fresh_.clear();
  while (!open.empty()) {
    const auto [x, y] = open.back();
    open.pop_back();
    if (same_here(*x, *y, open)) continue;
    for (const auto& pair : fresh_) known_same_.erase(pair);
    return false;
  }
  return true;
}

bool ObjectComparison::same_here(const Value& x, const Value& y,
                                 std::vector<std::pair<const Value*, const Value*>>& open) {
  if (x.kind == Value::Kind::reference && stops_.contains(x.reference.number))
    return y.kind == Value::Kind::reference && y.reference == x.reference;
  if (x.kind == Value::Kind::reference || y.kind == Value::Kind::reference) {
    if (x.kind == y.kind) {
      const std::pair pair{x.reference.number, y.reference.number};
      if (!known_same_.insert(pair).second) return true;
      fresh_.push_back(pair);
    }
    open.emplace_back(&before_.resolve(x), &after_.resolve(y));
    return true;
  }
  if (both_missing(x, y)) return true;
  if (x.kind != y.kind) return x.is_number() && y.is_number() && x.number() == y.number();
  switch (x.kind) {
    case Value::Kind::null: return true;
    case Value::Kind::boolean: return x.boolean == y.boolean;
    case Value::Kind::integer: return x.integer == y.integer;
    case Value::Kind::real: return x.real == y.real;
    case Value::Kind::string:
    case Value::Kind::name: return x.text == y.text;
    case Value::Kind::reference: return true;
    case Value::Kind::array:
      if (x.items.size() != y.items.size()) return false;
      for (std::size_t i = 0; i < x.items.size(); ++i) open.emplace_back(&x.items[i], &y.items[i]);
      return true;
    case Value::Kind::stream:
      if (const Bytes a = before_.raw(x), b = after_.raw(y);
          a.data() != b.data() || a.size() != b.size()) {
        if (!std::equal(a.begin(), a.end(), b.begin(), b.end())) return false;
      }
      [[fallthrough]];
    case Value::Kind::dictionary:
      for (const auto& [key, value] : x.entries) open.emplace_back(&value, &y.get(key));
      for (const auto& [key, value] : y.entries)
        if (x.get(key).kind == Value::Kind::null) open.emplace_back(&x.get(key), &value);
      return true;
  }
  return false;
}

}  // namespace sogoc::verify
