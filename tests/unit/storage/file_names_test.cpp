#include <gtest/gtest.h>

#include "storage/file_names.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

TEST(ArchiveName, GivesADigestItsPlace) {
  const Sha256 digest = digest_of("");
  EXPECT_EQ(object_name(digest),
            "objects/e3/b0/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(parse_archive_name(object_name(digest))->digest, digest);
}

TEST(ArchiveName, KnowsEveryNameItMakes) {
  for (const char* name : {"archive.json", "catalogue.sqlite", "catalogue.sqlite-wal",
                           "catalogue.sqlite-shm", "locks/run", "locks/use", "keys/server.key",
                           "trust/anchors.toml", "trust/anchors/ab12.der", "trust/intermediates/ab12.der", "trust/keys/log.pem"})
    EXPECT_TRUE(parse_archive_name(name)) << name;
  EXPECT_EQ(parse_archive_name("objects/" + next_partial_name())->kind, NameKind::partial);
  EXPECT_EQ(parse_archive_name(partial_beside("archive.json").string())->kind, NameKind::partial);
  EXPECT_NE(next_partial_name(), next_partial_name());
}

TEST(ArchiveName, RefusesEveryOtherName) {
  const std::string hex(64, 'a');
  const std::string upper(64, 'A');
  for (const std::string& name :
       std::initializer_list<std::string>{"",
                                          "/",
                                          ".",
                                          "objects",
                                          "objects/",
                                          "objects/aa",
                                          "objects/aa/aa",
                                          hex,
                                          "objects/" + hex,
                                          "objects/aa/" + hex,
                                          "objects/ab/aa/" + hex,
                                          "objects/aa/ab/" + hex,
                                          "objects/aa/aa/" + hex + "a",
                                          "objects/aa/aa/" + hex + ".partial",
                                          "objects/aa/aa/" + upper,
                                          "objects/AA/AA/" + upper,
                                          "objects/aa/aa/" + hex.substr(1) + "g",
                                          "objects/incoming/",
                                          "objects/incoming/1.partial",
                                          "objects/incoming/1-.partial",
                                          "objects/incoming/-1-2.partial",
                                          "objects/incoming/1-2",
                                          "objects/incoming/a-b.partial",
                                          "objects/incoming/1-2-3.partial",
                                          "objects/incoming/../archive.json",
                                          "archive.json~",
                                          "archive.json.partial",
                                          "catalogue.sqlite-journal",
                                          "catalogue.sqlite.bak",
                                          "locks/",
                                          "locks/other",
                                          "keys/",
                                          "trust/",
                                          "trust/anchors/a/b",
                                          "trust/..",
                                          "keys/a/b",
                                          "keys/..",
                                          "notes.txt",
                                          "../archive.json",
                                          "objects//aa/aa/" + hex})
    EXPECT_FALSE(parse_archive_name(name)) << name;
}

}  // namespace
}  // namespace sogoc
