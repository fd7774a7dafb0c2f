#include "storage/people.hpp"

#include <algorithm>

#include "storage/register_books.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

class PeopleTest : public ArchiveTest {
 protected:
  People& people() { return archive_->people(); }
  PersonId add(const std::string& name, std::vector<Role> roles) {
    return value_of(people().add({.name = name, .roles = std::move(roles), .scope = {.everything = true}}, "hash of " + name, "tester"));
  }
  bool is_open(std::string_view token) { return value_of(people().session(digest_of(token), limits_)).has_value(); }
  std::vector<std::string> log() {
    std::vector<std::string> all;
    for (const Event& event : value_of(catalogue().events(0, 1000))) all.push_back(event.what);
    return all;
  }
  const SessionLimits limits_{};
};

TEST_F(PeopleTest, AnAccountKeepsItsRolesAndScope) {
  const Scope scope{.bodies = {"UBND xã A", "H49.64.33"}, .books = {"KS.2005.01"}};
  EXPECT_DONE(people().add({.name = "lan", .full_name = "Trần Thị Lan", .roles = {Role::keyer, Role::clerk}, .scope = scope}, "h", "tester"));
  const PersonRow lan = value_of(people().person("lan"));
  EXPECT_EQ(lan.about.full_name, "Trần Thị Lan");
  EXPECT_EQ(lan.about.roles, (std::vector<Role>{Role::keyer, Role::clerk}));
  EXPECT_EQ(lan.about.scope, scope);
  EXPECT_EQ(people().add({.name = "lan", .roles = {Role::admin}}, "h", "tester").error().code, ErrorCode::already_exists);
}

TEST_F(PeopleTest, AnAdminExistsOnlyAfterOneWasMade) {
  EXPECT_FALSE(value_of(people().has_admin()));
  add("lan", {Role::clerk});
  EXPECT_FALSE(value_of(people().has_admin()));
  add("minh", {Role::admin});
  EXPECT_TRUE(value_of(people().has_admin()));
}

TEST_F(PeopleTest, TheLastAdminCannotBeDisabled) {
  add("minh", {Role::admin});
  EXPECT_EQ(people().set_state("minh", PersonState::disabled, "minh").error().code, ErrorCode::conflict);
  add("hoa", {Role::admin});
  EXPECT_DONE(people().set_state("minh", PersonState::disabled, "hoa"));
}

TEST_F(PeopleTest, RightsChangeForOpenSessionsTooAndAnAdminRemains) {
  const PersonId lan = add("lan", {Role::clerk});
  add("minh", {Role::admin});
  EXPECT_DONE(people().open_session(lan, digest_of("t"), limits_, "a"));
  EXPECT_DONE(people().set_rights("lan", {Role::checker}, {.books = {"KS.2005.01"}}, "minh"));
  const auto now = value_of(people().session(digest_of("t"), limits_));
  EXPECT_EQ(now->about.roles, std::vector<Role>{Role::checker});
  EXPECT_EQ(now->about.scope.books, std::vector<std::string>{"KS.2005.01"});
  EXPECT_EQ(people().set_rights("minh", {Role::auditor}, {.everything = true}, "minh").error().code, ErrorCode::conflict);
  EXPECT_EQ(people().set_rights("lan", {}, {}, "minh").error().code, ErrorCode::usage);
}

TEST_F(PeopleTest, ACodeIsUsedOnce) {
  const PersonId lan = add("lan", {Role::signer});
  EXPECT_TRUE(value_of(people().credentials("lan"))->totp_secret.empty());
  EXPECT_DONE(people().set_second_factor("lan", {1, 2, 3}, "minh"));
  EXPECT_EQ(value_of(people().credentials("lan"))->totp_secret, (std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_TRUE(value_of(people().person("lan")).has_second_factor);
  EXPECT_TRUE(value_of(people().use_code(lan, 100)));
  EXPECT_FALSE(value_of(people().use_code(lan, 100)));
  EXPECT_FALSE(value_of(people().use_code(lan, 99)));
  EXPECT_TRUE(value_of(people().use_code(lan, 101)));
}

TEST_F(PeopleTest, AnIdentityElsewhereBelongsToOneAccount) {
  add("lan", {Role::clerk});
  add("hoa", {Role::clerk});
  const Identity there{"https://sso.example", "4711"};
  EXPECT_DONE(people().link("lan", there, "minh"));
  EXPECT_DONE(people().link("lan", there, "minh"));
  EXPECT_EQ(people().link("hoa", there, "minh").error().code, ErrorCode::already_exists);
  EXPECT_EQ(value_of(people().person_at(there))->about.name, "lan");
  EXPECT_FALSE(value_of(people().person_at({"https://other.example", "4711"})));
  EXPECT_DONE(people().unlink("lan", there, "minh"));
  EXPECT_FALSE(value_of(people().person_at(there)));
}

TEST_F(PeopleTest, ASessionEndsWhenItIsNotUsedOrTooOld) {
  using namespace std::chrono_literals;
  const PersonId lan = add("lan", {Role::clerk});
  EXPECT_DONE(people().open_session(lan, digest_of("t"), limits_, "10.0.0.1"));
  clock_.turn(59min);
  EXPECT_TRUE(is_open("t"));
  clock_.turn(59min);
  EXPECT_TRUE(is_open("t"));  // it was used
  clock_.turn(60min);
  EXPECT_FALSE(is_open("t"));
  EXPECT_DONE(people().open_session(lan, digest_of("u"), limits_, "10.0.0.1"));
  for (int i = 0; i < 23; ++i) {
    clock_.turn(30min);
    EXPECT_TRUE(is_open("u")) << i;
  }
  clock_.turn(30min);
  EXPECT_FALSE(is_open("u"));
}

TEST_F(PeopleTest, DisablingOrANewPasswordEndsTheSessions) {
  const PersonId lan = add("lan", {Role::clerk});
  EXPECT_DONE(people().open_session(lan, digest_of("t"), limits_, ""));
  EXPECT_DONE(people().set_password("lan", "other", "lan"));
  EXPECT_FALSE(is_open("t"));
  EXPECT_DONE(people().open_session(lan, digest_of("u"), limits_, ""));
  EXPECT_DONE(people().set_state("lan", PersonState::disabled, "minh"));
  EXPECT_FALSE(is_open("u"));
  EXPECT_EQ(people().open_session(lan, digest_of("v"), limits_, "").error().code, ErrorCode::conflict);
}

TEST_F(PeopleTest, FailuresAreCountedUntilTheRightPassword) {
  const PersonId lan = add("lan", {Role::clerk});
  for (int i = 0; i < 3; ++i) EXPECT_DONE(people().note_failure(lan, "10.0.0.1"));
  EXPECT_EQ(value_of(people().credentials("lan"))->failures, 3);
  EXPECT_DONE(people().open_session(lan, digest_of("t"), limits_, ""));
  EXPECT_EQ(value_of(people().credentials("lan"))->failures, 0);
  EXPECT_FALSE(value_of(people().credentials("nobody")));
}

TEST_F(PeopleTest, WhatHappensToAccountsIsInTheLog) {
  const PersonId lan = add("lan", {Role::clerk});
  EXPECT_DONE(people().note_failure(lan, ""));
  EXPECT_DONE(people().open_session(lan, digest_of("t"), limits_, ""));
  EXPECT_DONE(people().close_session(digest_of("t")));
  EXPECT_DONE(people().set_state("lan", PersonState::disabled, "tester"));
  EXPECT_EQ(log(), (std::vector<std::string>{"create_account", "sign_in_failed", "sign_in", "sign_out", "disable_account"}));
  EXPECT_TRUE(value_of(archive_->verify_log({})).holds());
}

TEST_F(PeopleTest, ADecisionOnAnEntryThatChangedMeanwhileIsAConflict) {
  RegisterBooks& books = archive_->books();
  EXPECT_DONE(books.add({.code = "KS.2005.01", .kind = "KS", .year_from = 2005, .year_to = 2005, .body = "UBND xã A"}, "lan"));
  const EntryId entry = value_of(books.add_entry("KS.2005.01", "ks-table", 0, {{"so", written_value("1")}}, "lan", "set"));
  const std::int64_t seen = value_of(books.entry(entry)).row.revision;
  EXPECT_DONE(books.decide(entry, {{"nksHoTen", written_value("A")}}, "lan", "set", seen));
  const auto late = books.decide(entry, {{"nksHoTen", written_value("B")}}, "minh", "set", seen);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_EQ(value_of(books.entry(entry)).field("nksHoTen")->effective().text, "A");
  EXPECT_DONE(books.decide(entry, {{"nksHoTen", written_value("B")}}, "minh", "set", value_of(books.entry(entry)).row.revision));
  EXPECT_EQ(value_of(books.book_name("KS.2005.01")).body, "UBND xã A");
}

}  // namespace
}  // namespace sogoc
