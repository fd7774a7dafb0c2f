#include "pipeline/copies/merkle.hpp"

#include <bit>

namespace sogoc {
namespace {

// The hash of the leaves [begin, end): RFC 9162's MTH, with complete subtrees looked up.
Result<Sha256> range_hash(std::uint64_t begin, std::uint64_t end, const MerkleNodes& nodes) {
  const std::uint64_t count = end - begin;
  if (std::has_single_bit(count) && begin % count == 0) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    return nodes(level, begin >> level);
  }
  const std::uint64_t split = begin + std::bit_floor(count - 1);
  SOGOC_TRY(const Sha256 left, range_hash(begin, split, nodes));
  SOGOC_TRY(const Sha256 right, range_hash(split, end, nodes));
  return merkle_node_hash(left, right);
}

}  // namespace

Sha256 merkle_leaf_hash(std::string_view leaf) {
  Sha256Stream stream;
  const std::byte mark{0};
  stream.add({&mark, 1});
  stream.add(std::as_bytes(std::span(leaf)));
  return stream.finish();
}

Sha256 merkle_node_hash(const Sha256& left, const Sha256& right) {
  std::array<std::uint8_t, 65> bytes{1};
  std::copy(left.bytes.begin(), left.bytes.end(), bytes.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), bytes.begin() + 33);
  return sha256_of(std::as_bytes(std::span(bytes)));
}

Sha256 merkle_empty_root() { return sha256_of({}); }

Result<std::vector<Sha256>> merkle_append(std::uint64_t index, const Sha256& leaf_hash,
                                          const MerkleNodes& before) {
  std::vector<Sha256> completed{leaf_hash};
  for (unsigned level = 0; (index >> level) % 2 == 1; ++level) {
    SOGOC_TRY(const Sha256 left, before(level, (index >> level) - 1));
    completed.push_back(merkle_node_hash(left, completed.back()));
  }
  return completed;
}

Result<Sha256> merkle_root(std::uint64_t size, const MerkleNodes& nodes) {
  if (size == 0) return merkle_empty_root();
  return range_hash(0, size, nodes);
}

Result<std::vector<Sha256>> inclusion_path(std::uint64_t index, std::uint64_t size, const MerkleNodes& nodes) {
  if (index >= size)
    return fail(ErrorCode::usage, Retry::never, "log", "there is no such leaf in a tree of this size");
  std::vector<Sha256> path;
  // Down from the root, so the siblings come largest first and are turned at the end.
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
    const bool left = index < split;
    SOGOC_TRY(const Sha256 sibling, left ? range_hash(split, end, nodes) : range_hash(begin, split, nodes));
    path.push_back(sibling);
    (left ? end : begin) = split;
  }
  return std::vector<Sha256>(path.rbegin(), path.rend());
}

Result<std::vector<Sha256>> consistency_path(std::uint64_t first, std::uint64_t second, const MerkleNodes& nodes) {
  if (first == 0 || first > second)
    return fail(ErrorCode::usage, Retry::never, "log", "the earlier size must be from 1 to the later one");
  if (first == second) return std::vector<Sha256>{};
  std::vector<Sha256> path;
  std::uint64_t begin = 0;
  std::uint64_t end = second;
  while (end != first) {  // until the old tree ends where this subtree does
    const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
    const bool left = first <= split;
    SOGOC_TRY(const Sha256 sibling, left ? range_hash(split, end, nodes) : range_hash(begin, split, nodes));
    path.push_back(sibling);
    (left ? end : begin) = split;
  }
  if (begin != 0) {
    SOGOC_TRY(const Sha256 rest, range_hash(begin, end, nodes));
    path.push_back(rest);
  }
  return std::vector<Sha256>(path.rbegin(), path.rend());
}

bool inclusion_holds(const Sha256& leaf_hash, std::uint64_t index, std::uint64_t size,
                     std::span<const Sha256> path, const Sha256& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Sha256 hash = leaf_hash;
  for (const Sha256& sibling : path) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = merkle_node_hash(sibling, hash);
      for (; node % 2 == 0 && node != 0; node >>= 1) last >>= 1;
    } else {
      hash = merkle_node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool consistency_holds(std::uint64_t first, std::uint64_t second, const Sha256& first_root,
                       const Sha256& second_root, std::span<const Sha256> path) {
  if (first == 0 || first > second) return false;
  if (first == second) return path.empty() && first_root == second_root;
  std::vector<Sha256> steps(path.begin(), path.end());
  if (std::has_single_bit(first)) steps.insert(steps.begin(), first_root);
  if (steps.empty()) return false;
  std::uint64_t node = first - 1;
  std::uint64_t last = second - 1;
  for (; node % 2 == 1; node >>= 1) last >>= 1;
  Sha256 old_hash = steps.front();
  Sha256 new_hash = steps.front();
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      old_hash = merkle_node_hash(steps[i], old_hash);
      new_hash = merkle_node_hash(steps[i], new_hash);
      for (; node % 2 == 0 && node != 0; node >>= 1) last >>= 1;
    } else {
      new_hash = merkle_node_hash(new_hash, steps[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == first_root && new_hash == second_root;
}

void MerkleStream::add(const Sha256& leaf_hash) {
  completed_.assign(1, leaf_hash);
  for (std::uint64_t bits = size_; bits % 2 == 1; bits >>= 1) {
    completed_.push_back(merkle_node_hash(edge_.back(), completed_.back()));
    edge_.pop_back();
  }
  edge_.push_back(completed_.back());
  ++size_;
}

Sha256 MerkleStream::root() const {
  if (edge_.empty()) return merkle_empty_root();
  Sha256 hash = edge_.back();
  for (std::size_t i = edge_.size() - 1; i > 0; --i) hash = merkle_node_hash(edge_[i - 1], hash);
  return hash;
}

}  // namespace sogoc
