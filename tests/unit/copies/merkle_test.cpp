#include "pipeline/copies/merkle.hpp"

#include <random>

#include "pipeline/copies/text_codes.hpp"
#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

// The definition of RFC 9162, 2.1.1, word for word: what the fast code is compared with.
Sha256 plain_root(const std::vector<std::string>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return merkle_empty_root();
  if (end - begin == 1) return merkle_leaf_hash(leaves[begin]);
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return merkle_node_hash(plain_root(leaves, begin, begin + k), plain_root(leaves, begin + k, end));
}
std::vector<Sha256> plain_inclusion(const std::vector<std::string>& d, std::size_t m, std::size_t begin, std::size_t end) {
  if (end - begin <= 1) return {};
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  auto path = m < k ? plain_inclusion(d, m, begin, begin + k) : plain_inclusion(d, m - k, begin + k, end);
  path.push_back(m < k ? plain_root(d, begin + k, end) : plain_root(d, begin, begin + k));
  return path;
}
std::vector<Sha256> plain_consistency(const std::vector<std::string>& d, std::size_t m, std::size_t begin, std::size_t end,
                                      bool whole) {
  const std::size_t n = end - begin;
  if (m == n) return whole ? std::vector<Sha256>{} : std::vector<Sha256>{plain_root(d, begin, end)};
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  auto path = m <= k ? plain_consistency(d, m, begin, begin + k, whole)
                     : plain_consistency(d, m - k, begin + k, end, false);
  path.push_back(m <= k ? plain_root(d, begin + k, end) : plain_root(d, begin, begin + k));
  return path;
}

// Rows as a store keeps them: of each leaf, its hash and the subtrees it completes.
struct Rows {
  std::vector<std::vector<Sha256>> rows;
  std::vector<std::string> leaves;
  MerkleNodes nodes = [this](unsigned level, std::uint64_t index) -> Result<Sha256> {
    return rows.at(((index + 1) << level) - 1).at(level);
  };
  void add(std::string leaf) {
    rows.push_back(value_of(merkle_append(rows.size(), merkle_leaf_hash(leaf), nodes)));
    leaves.push_back(std::move(leaf));
  }
  explicit Rows(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add("leaf " + std::to_string(i));
  }
};

constexpr std::size_t kMost = 130;

TEST(Merkle, HasTheRootsThatOthersPublished) {
  // The reference trees of Certificate Transparency.
  const char* inputs[] = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  EXPECT_EQ(to_hex(merkle_empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  MerkleStream tree;
  for (std::size_t i = 0; i < std::size(inputs); ++i) {
    const Octets bytes = *bytes_from_hex(inputs[i]);
    tree.add(merkle_leaf_hash({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    EXPECT_EQ(to_hex(tree.root()), roots[i]);
  }
}

TEST(Merkle, StreamAndStoreAgreeWithTheDefinitionForEverySize) {
  const Rows rows(kMost);
  MerkleStream stream;
  for (std::size_t n = 0; n <= kMost; ++n) {
    const Sha256 wanted = plain_root(rows.leaves, 0, n);
    EXPECT_EQ(value_of(merkle_root(n, rows.nodes)), wanted) << n;
    EXPECT_EQ(stream.root(), wanted) << n;
    if (n == kMost) break;
    stream.add(merkle_leaf_hash(rows.leaves[n]));
    EXPECT_EQ(stream.completed(), rows.rows[n]) << n;
  }
}

TEST(Merkle, InclusionHoldsForEveryLeafOfEverySizeAndForNoOther) {
  const Rows rows(kMost);
  for (std::size_t n = 1; n <= kMost; ++n) {
    const Sha256 root = value_of(merkle_root(n, rows.nodes));
    for (std::size_t i = 0; i < n; ++i) {
      const auto path = value_of(inclusion_path(i, n, rows.nodes));
      ASSERT_EQ(path, plain_inclusion(rows.leaves, i, 0, n)) << i << " of " << n;
      const Sha256 leaf = rows.rows[i][0];
      ASSERT_TRUE(inclusion_holds(leaf, i, n, path, root)) << i << " of " << n;
      ASSERT_FALSE(inclusion_holds(leaf, i + n, n, path, root));
      ASSERT_FALSE(inclusion_holds(rows.rows[(i + 1) % kMost][0], i, n, path, root)) << i << " of " << n;
      if (n > 1) {
        ASSERT_FALSE(inclusion_holds(leaf, (i + 1) % n, n, path, root)) << i << " of " << n;
        auto shorter = path;
        shorter.pop_back();
        ASSERT_FALSE(inclusion_holds(leaf, i, n, shorter, root)) << i << " of " << n;
      }
      auto longer = path;
      longer.push_back(root);
      ASSERT_FALSE(inclusion_holds(leaf, i, n, longer, root)) << i << " of " << n;
    }
  }
  EXPECT_EQ(inclusion_path(3, 3, rows.nodes).error().code, ErrorCode::usage);
  EXPECT_EQ(inclusion_path(0, 0, rows.nodes).error().code, ErrorCode::usage);
}

TEST(Merkle, ConsistencyHoldsForEveryPairOfSizesAndForNoOtherRoot) {
  const Rows rows(kMost);
  std::vector<Sha256> roots;
  for (std::size_t n = 0; n <= kMost; ++n) roots.push_back(value_of(merkle_root(n, rows.nodes)));
  for (std::size_t n = 1; n <= kMost; ++n)
    for (std::size_t m = 1; m <= n; ++m) {
      const auto path = value_of(consistency_path(m, n, rows.nodes));
      ASSERT_EQ(path, plain_consistency(rows.leaves, m, 0, n, true)) << m << " to " << n;
      ASSERT_TRUE(consistency_holds(m, n, roots[m], roots[n], path)) << m << " to " << n;
      ASSERT_FALSE(consistency_holds(m, n, roots[m - 1], roots[n], path)) << m << " to " << n;
      ASSERT_FALSE(consistency_holds(m, n, roots[m], roots[n - 1], path)) << m << " to " << n;
      auto longer = path;
      longer.push_back(roots[n]);
      ASSERT_FALSE(consistency_holds(m, n, roots[m], roots[n], longer)) << m << " to " << n;
      if (path.empty()) continue;
      auto shorter = path;
      shorter.pop_back();
      ASSERT_FALSE(consistency_holds(m, n, roots[m], roots[n], shorter)) << m << " to " << n;
    }
  EXPECT_EQ(consistency_path(0, 5, rows.nodes).error().code, ErrorCode::usage);
  EXPECT_EQ(consistency_path(6, 5, rows.nodes).error().code, ErrorCode::usage);
  EXPECT_FALSE(consistency_holds(0, 5, roots[0], roots[5], {}));
}

TEST(Merkle, NoChangedLeafIsConsistentWithWhatWasBefore) {
  const Rows honest(64);
  for (const std::size_t changed : {0u, 1u, 31u, 32u, 62u}) {
    Rows forged(0);
    for (std::size_t i = 0; i < 64; ++i) forged.add(i == changed ? "forged" : honest.leaves[i]);
    const Sha256 remembered = value_of(merkle_root(63, honest.nodes));
    EXPECT_FALSE(consistency_holds(63, 64, remembered, value_of(merkle_root(64, forged.nodes)),
                                   value_of(consistency_path(63, 64, forged.nodes))));
  }
}

TEST(Merkle, RefusesEveryFlippedBitOfAProof) {
  const Rows rows(77);
  const Sha256 root = value_of(merkle_root(77, rows.nodes));
  const auto path = value_of(inclusion_path(40, 77, rows.nodes));
  for (std::size_t step = 0; step < path.size(); ++step)
    for (std::size_t bit = 0; bit < 256; bit += 7) {
      auto damaged = path;
      damaged[step].bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
      EXPECT_FALSE(inclusion_holds(rows.rows[40][0], 40, 77, damaged, root));
    }
}

TEST(Merkle, SizesOfTheLargestTreesDoNotWrap) {
  EXPECT_FALSE(inclusion_holds({}, UINT64_MAX - 1, UINT64_MAX, {}, {}));
  EXPECT_FALSE(consistency_holds(UINT64_MAX - 1, UINT64_MAX, {}, {}, std::vector<Sha256>(200)));
}

}  // namespace
}  // namespace sogoc
