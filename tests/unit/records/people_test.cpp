#include "pipeline/records/people.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

TEST(Roles, AdminsDoNotReadRecordsByTheWay) {
  EXPECT_FALSE(may({Role::admin}, Right::read_records));
  EXPECT_TRUE(may({Role::admin, Role::clerk}, Right::read_records));
}

TEST(Roles, OnlyThoseWhoCheckMayConfirm) {
  for (const auto& [role, text] : kRoleNames) EXPECT_EQ(grants(role, Right::check_records), role == Role::checker) << text;
}

TEST(Scopes, AnEmptyOneCoversNothing) {
  EXPECT_FALSE(covers_book({}, "KS.2005.01", "UBND xã A"));
  EXPECT_FALSE(covers_dossier({}, "H49.64.33.2001.160"));
  EXPECT_FALSE(covers_book({.bodies = {""}}, "KS.2005.01", ""));
}

TEST(Scopes, ABodysCodeCoversItsDossiersPartByPart) {
  const Scope scope{.bodies = {"H49.64.3"}};
  EXPECT_TRUE(covers_dossier(scope, "H49.64.3.2001.160"));
  EXPECT_FALSE(covers_dossier(scope, "H49.64.33.2001.160"));
  EXPECT_FALSE(covers_dossier(scope, "H49.64.3"));
  EXPECT_FALSE(covers_dossier({.bodies = {""}}, ".1"));
}

TEST(Scopes, ABookIsCoveredByItsCodeOrItsBody) {
  EXPECT_TRUE(covers_book({.books = {"KS.2005.01"}}, "KS.2005.01", "UBND xã A"));
  EXPECT_TRUE(covers_book({.bodies = {"UBND xã A"}}, "KS.2005.01", "UBND xã A"));
  EXPECT_FALSE(covers_book({.bodies = {"UBND xã B"}, .books = {"KS.2005.011"}}, "KS.2005.01", "UBND xã A"));
}

TEST(Accounts, SayRolesAndForReadersAlsoWhichRecords) {
  EXPECT_TRUE(check_person({.name = "lan", .roles = {Role::admin}}));
  EXPECT_TRUE(check_person({.name = "lan", .roles = {Role::clerk}, .scope = {.everything = true}}));
  EXPECT_FALSE(check_person({.name = "lan", .roles = {Role::clerk}}));
  EXPECT_FALSE(check_person({.name = "lan"}));
  for (const char* name : {"", "Lan", "l an", "lan/..", ".lan", "lan\n", "lân"})
    EXPECT_FALSE(check_person({.name = name, .roles = {Role::admin}})) << name;
}

TEST(Passwords, AreCountedInLettersNotBytes) {
  EXPECT_TRUE(check_password("lan", "mười hai chữ cái"));
  EXPECT_FALSE(check_password("lan", "ờờờờờờờờ"));  // 24 bytes
  EXPECT_FALSE(check_password("lan", std::string("mười hai chữ cái\xff")));
  EXPECT_FALSE(check_password("tran.minh.hoa", "tran.minh.hoa1"));
  EXPECT_FALSE(check_password("lan", std::string(1001, 'a')));
}

TEST(Guessing, CostsTimeThatDoublesAndIsBounded) {
  EXPECT_EQ(pause_after_failures_s(4), 0);
  EXPECT_EQ(pause_after_failures_s(5), 1);
  EXPECT_EQ(pause_after_failures_s(8), 8);
  EXPECT_EQ(pause_after_failures_s(1000), 900);
}

}  // namespace
}  // namespace sogoc
