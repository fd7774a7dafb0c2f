#include <string>

#include <gtest/gtest.h>

#include "pipeline/records/code_list.hpp"
#include "pipeline/records/document_names.hpp"
#include "pipeline/records/dossier_rules.hpp"
#include "pipeline/records/page_rules.hpp"
#include "pipeline/records/record_states.hpp"

namespace sogoc {
namespace {

// ---- Names

TEST(DocumentName, IsTheCodeOfTheDossierAndTheOrdinal) {
  EXPECT_EQ(document_name(kDefaultNameTemplate, "H49.64.33.2001.160", 1), "H49.64.33.2001.160.1");
  EXPECT_EQ(document_name("{dossier}.{ordinal:7}", "H49", 12), "H49.0000012");
}

TEST(DocumentName, RefusesATemplateThatCannotName) {
  for (const char* bad :
       {"", "{dossier}", "{ordinal", "{what}.{ordinal}", "a/{ordinal}", "{ordinal:0}",
        "{ordinal:-3}", "{ordinal:99}", "{ordinal:x}", "a {ordinal}"})
    EXPECT_FALSE(document_name(bad, "D", 1)) << bad;
}

TEST(DocumentName, GivesItsOrdinalBack) {
  EXPECT_EQ(ordinal_of("H49.64.33.2001.160.1"), 1);
  EXPECT_EQ(ordinal_of("H49.0000012"), 12);
  EXPECT_EQ(ordinal_of(document_name_in_batch(3, 2)), 2);
  for (const char* bad : {"", ".", "1", ".1", "a.", "a.b", "a.-1", "a.0", "a.+1", "a. 1", "a.1b",
                          "a.99999999999999999999"})
    EXPECT_EQ(ordinal_of(bad), std::nullopt) << bad;
}

// ---- Dossiers

NewDossier good_dossier() { return {"H49.64.33.2001.160", "Hồ sơ về đất đai", "01", 12, ""}; }

TEST(Dossier, PassesWhenItIsNamedAndTitled) { EXPECT_TRUE(check_dossier(good_dossier())); }

TEST(Dossier, RefusesACodeThatIsNoFileName) {
  for (const char* bad : {"", "a/b", "..", ".a", "a.", "mã", "a b", "a\nb"}) {
    NewDossier dossier = good_dossier();
    dossier.code = bad;
    EXPECT_FALSE(check_dossier(dossier)) << bad;
  }
  NewDossier dossier = good_dossier();
  dossier.code = std::string(101, 'a');
  EXPECT_FALSE(check_dossier(dossier));
}

TEST(Dossier, CountsATitleInCharactersNotInBytes) {
  NewDossier dossier = good_dossier();
  dossier.title.clear();
  for (int i = 0; i < 1000; ++i) dossier.title += "ệ";
  EXPECT_TRUE(check_dossier(dossier));
  dossier.title += "ệ";
  EXPECT_FALSE(check_dossier(dossier));
  dossier.title.clear();
  EXPECT_FALSE(check_dossier(dossier));
}

DossierCounts finished(std::int64_t pages) {
  return {.documents = 2, .documents_done = 2, .pages = pages};
}

TEST(DossierCheck, AgreesForOneOrTwoSidesASheet) {
  EXPECT_TRUE(compare_dossier(10, finished(10)).agrees());
  EXPECT_TRUE(compare_dossier(10, finished(20)).agrees());
  EXPECT_TRUE(compare_dossier(10, finished(13)).agrees());
  EXPECT_TRUE(compare_dossier(0, {}).agrees());
}

TEST(DossierCheck, TellsMissingAndSurplusSheets) {
  EXPECT_EQ(compare_dossier(10, finished(9)).differences.size(), 1U);
  EXPECT_EQ(compare_dossier(10, finished(21)).differences.size(), 1U);
  EXPECT_EQ(compare_dossier(std::nullopt, finished(3)).differences.size(), 1U);
}

TEST(DossierCheck, NamesEverythingThatIsUnfinished) {
  const DossierCheck check = compare_dossier(5, {.documents = 2,
                                                 .documents_done = 0,
                                                 .pages = 5,
                                                 .pages_open = 1,
                                                 .pages_need_person = 1,
                                                 .pages_quarantined = 1,
                                                 .pages_restricted = 1,
                                                 .files_quarantined = 1});
  EXPECT_EQ(check.unfinished.size(), 5U);
  EXPECT_FALSE(check.agrees());
  const DossierCheck unwritten =
      compare_dossier(5, {.documents = 2, .documents_done = 1, .pages = 5});
  EXPECT_EQ(unwritten.unfinished, std::vector<std::string>{"1 documents are not written yet"});
}

// ---- Pages

constexpr PageState kAllPageStates[] = {
    PageState::received,     PageState::reading,     PageState::done,      PageState::blank,
    PageState::needs_person, PageState::quarantined, PageState::restricted, PageState::unreadable};

TEST(PageRules, OnlyAPageThatWasReadIsFinal) {
  for (const PageState state : kAllPageStates)
    EXPECT_EQ(is_final(state), state != PageState::received && state != PageState::reading);
}

TEST(PageRules, LetAPersonConfirmOnlyWhatWasRead) {
  for (const PageState from : kAllPageStates)
    for (const PageState to : kAllPageStates) {
      const bool was_read = may_be_written(from) && from != PageState::unreadable;
      const bool allowed =
          (was_read && (to == PageState::done || to == PageState::blank)) ||
          (from == PageState::quarantined && to == PageState::unreadable);
      EXPECT_EQ(check_confirm("page 1", from, to).has_value(), allowed)
          << name(from) << " -> " << name(to);
    }
}

TEST(PageRules, KeepWhatAPersonConfirmedThroughARun) {
  const PageDecisions blank{.confirmed = PageState::blank, .released = false};
  EXPECT_EQ(state_after_run(PageState::needs_person, blank), PageState::blank);
  EXPECT_EQ(state_after_run(PageState::done, blank), PageState::blank);
  EXPECT_EQ(state_after_run(PageState::done, {}), PageState::done);
}

TEST(PageRules, ANewSecrecyMarkStopsEvenAConfirmedPage) {
  EXPECT_EQ(
      state_after_run(PageState::restricted, {.confirmed = PageState::done, .released = false}),
      PageState::restricted);
  EXPECT_EQ(state_after_run(PageState::restricted, {.confirmed = std::nullopt, .released = true}),
            PageState::done);
}

// ---- Code lists

const CodeListEntry kRetention[] = {{"01", "Vĩnh viễn", "", ""},
                                    {"02", "70 năm", "2025-07-01", ""},
                                    {"09", "cũ", "", "2024-12-31"}};

TEST(CodeList, KnowsACodeOnlyWhileItHolds) {
  EXPECT_TRUE(find_code(kRetention, "01", "1999-01-01"));
  EXPECT_FALSE(find_code(kRetention, "02", "2025-06-30"));
  EXPECT_TRUE(find_code(kRetention, "02", "2025-07-01"));
  EXPECT_TRUE(find_code(kRetention, "09", "2024-12-31"));
  EXPECT_FALSE(find_code(kRetention, "09", "2025-01-01"));
  EXPECT_FALSE(find_code(kRetention, "1", "2025-01-01"));
}

TEST(CodeList, SaysWhichCodesThereAre) {
  const Done refused = check_retention("77", kRetention, "2026-01-01");
  ASSERT_FALSE(refused);
  EXPECT_EQ(sentence(refused.error()),
            "retention 77: is not in the list; use one of: 01 Vĩnh viễn, 02 70 năm");
  EXPECT_TRUE(check_retention("", kRetention, "2026-01-01"));
}

TEST(RecordStates, AreNamedAndFoundAgain) {
  for (const auto& [state, text] : kDocumentStateNames)
    EXPECT_EQ(value_in(kDocumentStateNames, text), state);
  EXPECT_EQ(name(DocumentState::restricted), "restricted");
}

}  // namespace
}  // namespace sogoc
