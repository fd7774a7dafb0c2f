#include "storage/database.hpp"

#include <gtest/gtest.h>

#include "storage/schema.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest()
      : database_(
            value_of(Database::open(folder_.path() / "db.sqlite", Database::Mode::create, false))) {
    EXPECT_DONE(migrate(*database_));
  }
  Done remember(const std::string& key, const std::string& value) {
    return database_->write([&]() -> Done {
      database_->run("INSERT INTO meta VALUES (?1, ?2)", key, value);
      return {};
    });
  }
  std::int64_t remembered() {
    return value_of(database_->read([&]() -> Result<std::int64_t> {
      auto query = database_->query("SELECT count(*) FROM meta");
      return query.next() ? query.integer(0) : -1;
    }));
  }

  TempFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, KeepsNothingOfATransactionThatFails) {
  const auto failed = database_->write([&]() -> Done {
    database_->run("INSERT INTO meta VALUES ('a', 'b')");
    return fail(ErrorCode::conflict, Retry::never, "x", "no");
  });
  EXPECT_EQ(failed.error().code, ErrorCode::conflict);
  EXPECT_THROW((void)database_->write([&]() -> Done {
    database_->run("INSERT INTO meta VALUES ('a', 'b')");
    throw std::logic_error("a bug");
  }),
               std::logic_error);
  EXPECT_EQ(remembered(), 0);
  EXPECT_DONE(remember("a", "b"));  // no transaction was left open
}

TEST_F(DatabaseTest, SaysWhatToDoWhenTheDiskIsFullAndGoesOnLater) {
  EXPECT_DONE(remember("before", "x"));
  value_of(database_->read([&]() -> Result<int> {
    database_->run("PRAGMA max_page_count = 1");  // no smaller than it is now: not a page more
    return 0;
  }));
  const auto full = remember("large", std::string(5'000'000, 'x'));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::no_space);
  EXPECT_EQ(full.error().retry, Retry::after_operator);
  EXPECT_NE(full.error().message.find("free some space"), std::string::npos);
  EXPECT_EQ(remembered(), 1);
  value_of(database_->read([&]() -> Result<int> {
    database_->run("PRAGMA max_page_count = 1000000");
    return 0;
  }));
  EXPECT_DONE(remember("large", std::string(5'000'000, 'x')));
}

TEST_F(DatabaseTest, RefusesTablesOfANewerVersion) {
  value_of(database_->write([&]() -> Result<int> {
    database_->run_script("PRAGMA user_version = 99");
    return 0;
  }));
  EXPECT_EQ(migrate(*database_).error().code, ErrorCode::unsupported_input);
}

TEST_F(DatabaseTest, BringsTablesOfTheFirstVersionToThisOne) {
  TempFolder folder;
  const auto database =
      value_of(Database::open(folder.path() / "old.db", Database::Mode::create, false));
  EXPECT_DONE(migrate(*database, 1));
  const auto number = [&](const char* sql) {
    return value_of(database->read([&]() -> Result<std::int64_t> {
      auto query = database->query(sql);
      EXPECT_TRUE(query.next());
      return query.integer(0);
    }));
  };
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  value_of(database->write([&]() -> Result<int> {
    database->run_script(
        "INSERT INTO batches (settings, operator, received_at, fingerprint) VALUES ('{}','x',1,x'00');"
        "INSERT INTO documents (batch, ordinal, identifier, state) VALUES (1, 1, 'd', 'waiting');"
        "INSERT INTO files (batch, document, ordinal, name, digest, bytes, state, page_count, "
        "first_page) VALUES (1, 1, 1, 'a', x'01', 1, 'opened', 2, 1);"
        "INSERT INTO pages (batch, file, document, idx, state) VALUES (1, 1, 1, 0, 'blank');"
        "INSERT INTO pages (batch, file, document, idx, state) VALUES (1, 1, 1, 1, 'quarantined');"
        "DELETE FROM pages WHERE idx = 1;"
        "INSERT INTO pages (batch, file, document, idx, state) VALUES (1, 1, 1, 1, 'quarantined');");
    return 0;
  }));
  EXPECT_DONE(migrate(*database));
  EXPECT_EQ(number("PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(number("SELECT id FROM pages WHERE state = 'quarantined'"), 3);  // keys stay
  value_of(database->write([&]() -> Result<int> {
    database->run_script("UPDATE pages SET state = 'unreadable' WHERE id = 3;"
                         "INSERT INTO pages (batch, file, document, idx, state) "
                         "VALUES (1, 1, 1, 2, 'done');");
    return 0;
  }));
  EXPECT_EQ(number("SELECT max(id) FROM pages"), 4);  // and are never given twice
  EXPECT_EQ(number("SELECT n FROM counts WHERE what = 'pages' AND state = 'unreadable'"), 1);
  EXPECT_EQ(number("SELECT n FROM counts WHERE what = 'pages' AND state = 'quarantined'"), 0);
  EXPECT_EQ(number("SELECT n FROM counts WHERE what = 'pages' AND state = 'blank'"), 1);
  EXPECT_DONE(migrate(*database));  // again: nothing to do
}

TEST_F(DatabaseTest, TellsEmptyTextFromNone) {
  EXPECT_DONE(remember("empty", ""));
  value_of(database_->read([&]() -> Result<int> {
    auto query = database_->query("SELECT value, ?1 FROM meta", std::optional<std::string>());
    EXPECT_TRUE(query.next());
    EXPECT_FALSE(query.null(0));
    EXPECT_TRUE(query.null(1));
    EXPECT_EQ(query.text(0), "");
    return 0;
  }));
}

}  // namespace
}  // namespace sogoc
