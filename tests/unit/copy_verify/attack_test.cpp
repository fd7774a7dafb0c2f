// Attacks on the file: incremental saving, shadow attacks, evil annotations, sneaky signatures,
// signature wrapping, universal forgery. Each builds its file and names the finding.

#include "tests/unit/copy_verify/checked.hpp"

namespace sogoc::test {
namespace {

SignedCopy certified(int permission = 1, DocumentParts parts = {}) {
  SignedCopy copy(pki(), kSigned, std::move(parts));
  copy.certify(permission);
  return copy;
}
SignedCopy approved(DocumentParts parts = {}) {
  SignedCopy copy(pki(), kSigned, std::move(parts));
  copy.approve();
  return copy;
}
// One bit of the byte that begins `what`, anywhere in the file.
std::string flipped(std::string file, const std::string& what, std::size_t offset = 0) {
  const auto at = file.find(what);
  if (at == std::string::npos) throw std::logic_error(what);
  file[at + offset] = static_cast<char>(file[at + offset] ^ 1);
  return file;
}
const std::string kFalseContent =
    stream_object("", "BT /F1 12 Tf 72 720 Td (Ban sao so 06/2026) Tj ET");
const std::string kOverlay =
    "<< /Type /Annot /Subtype /FreeText /Rect [72 700 300 740] /AP << /N 13 0 R >> /Contents (x) "
    ">>";

void expect_invalid(const std::string& file, const std::string& code) {
  expect(checked(file), Verdict::invalid, code);
}
void expect_undecidable(const std::string& file, const std::string& code) {
  expect(checked(file), Verdict::undecidable, code);
}

// ---- Bytes that were signed ----------------------------------------------------------------

TEST(Attack, AFlippedByteInThePageText) {
  expect_invalid(flipped(certified().file, "05/2026"), "digest_mismatch");
}
TEST(Attack, AFlippedByteInTheHeader) {
  expect_invalid(flipped(certified().file, "%PDF-1.7", 7), "digest_mismatch");
}
TEST(Attack, AFlippedByteInTheIndex) {
  expect_invalid(flipped(certified().file, "65535 f"), "digest_mismatch");
}
TEST(Attack, AFlippedByteInTheReasonOfTheSignature) {
  expect_invalid(flipped(certified().file, "UBND xa A"), "digest_mismatch");
}
TEST(Attack, AFlippedByteBehindTheHole) {
  const std::string file = certified().file;
  const Hole hole = last_hole(file);
  std::string changed = file;
  const auto at = changed.find("/Prev ", hole.end);
  changed[at - 1] = '\t';
  expect_invalid(changed, "digest_mismatch");
}
TEST(Attack, AnotherSignatureValueInTheHole) {
  // The CMS of another document by the same signer.
  const std::string other = certified(2).file;
  std::string file = certified().file;
  const Hole from = last_hole(other), to = last_hole(file);
  file.replace(to.begin, to.end - to.begin, other.substr(from.begin, from.end - from.begin));
  expect_invalid(file, "digest_mismatch");
}
TEST(Attack, ASignatureValueOfAnotherKey) {
  const HoleFiller wrong = [](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.wrong_signature = true;
    return made_cms(pki().body, wish);
  };
  SignedCopy copy(pki(), kSigned);
  expect_invalid(copy.certify(1, &wrong).file, "signature_mismatch");
}
TEST(Attack, ASignatureValueThatIsNoSignature) {
  std::string file = certified().file;
  const Hole hole = last_hole(file);
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(hole.begin) + 1,
            file.begin() + static_cast<std::ptrdiff_t>(hole.end) - 1, '0');
  expect_invalid(file, "cms_unreadable");
}
TEST(Attack, BytesHiddenBesideTheSignatureValue) {
  std::string file = certified().file;
  file[last_hole(file).end - 3] = '7';
  expect_undecidable(file, "contents_padding");
}
TEST(Attack, BytesPutBeforeTheHeader) {
  const std::string file = "GIF89a\n" + certified().file;
  const auto report = asked(file, good_evidence());
  EXPECT_TRUE(report ? report->verdict == Verdict::invalid
                     : report.error().code == ErrorCode::invalid_input);
}

// ---- Incremental saving --------------------------------------------------------------------

TEST(Attack, PageContentReplacedByAnUpdate) {
  expect_invalid(certified().update({.objects = {{part::content, kFalseContent}}}).file,
                 "page_content_changed");
}
TEST(Attack, PageContentReplacedAfterAnApprovalSignature) {
  expect_invalid(approved().update({.objects = {{part::content, kFalseContent}}}).file,
                 "page_content_changed");
}
TEST(Attack, APageAdded) {
  expect_invalid(certified()
                     .update({.objects = {{part::pages,
                                           "<< /Type /Pages /Count 3 /Kids [3 0 R 12 0 R 40 0 R] "
                                           "/MediaBox [0 0 595 842] >>"},
                                          {40, "<< /Type /Page /Parent 2 0 R >>"}}})
                     .file,
                 "page_added");
}
TEST(Attack, APageRemoved) {
  expect_invalid(
      certified()
          .update(
              {.objects = {{part::pages,
                            "<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842] >>"}}})
          .file,
      "page_removed");
}
TEST(Attack, PagesSwapped) {
  expect_invalid(
      certified()
          .update(
              {.objects =
                   {{part::pages,
                     "<< /Type /Pages /Count 2 /Kids [12 0 R 3 0 R] /MediaBox [0 0 595 842] >>"}}})
          .file,
      "page_replaced");
}
TEST(Attack, AFontExchanged) {
  expect_invalid(certified()
                     .update({.objects = {{part::font,
                                           "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}}})
                     .file,
                 "fonts_changed");
}
TEST(Attack, AFontFreed) {
  expect_invalid(certified().update({.free = {part::font}}).file, "fonts_changed");
}
TEST(Attack, APictureAddedToThePage) {
  SignedCopy copy = certified();
  std::string page =
      replaced(copy.parts.objects().at(part::page), "/Font", "/XObject << /X 13 0 R >> /Font");
  expect_invalid(copy.update({.objects = {{part::page, page}}}).file, "page_resources_changed");
}
TEST(Attack, APageTurnedAndCut) {
  SignedCopy copy = certified();
  copy.parts.page_extra = "/CropBox [0 0 595 400]";
  expect_invalid(copy.rewrite({part::page}).file, "page_box_changed");
}
TEST(Attack, AnInheritedMediaBoxChanged) {
  expect_invalid(
      certified()
          .update(
              {.objects =
                   {{part::pages,
                     "<< /Type /Pages /Count 2 /Kids [3 0 R 12 0 R] /MediaBox [0 0 595 400] >>"}}})
          .file,
      "page_tree_changed");
}
TEST(Attack, ObjectsAddedWithoutAnIndex) {
  // The variant that only forgiving readers fall for: no xref, no trailer.
  expect_invalid(
      certified().update({.objects = {{part::content, kFalseContent}}, .with_index = false}).file,
      "unlisted_object");
}
TEST(Attack, ObjectsAndAnEndMarkWithoutAnIndex) {
  SignedCopy copy = certified();
  const std::size_t start = last_startxref(copy.file);
  copy.update({.objects = {{part::content, kFalseContent}}, .with_index = false});
  expect_invalid(copy.file + "startxref\n" + std::to_string(start) + "\n%%EOF\n",
                 "unlisted_object");
}
TEST(Attack, ATrailerWithoutIndexThatNamesAnotherRoot) {
  SignedCopy copy = certified();
  const std::size_t start = last_startxref(copy.file);
  expect_invalid(copy.file + "trailer\n<< /Root 40 0 R /Size 50 >>\nstartxref\n" +
                     std::to_string(start) + "\n%%EOF\n",
                 "junk_after_signature");
}
TEST(Attack, AnIndexThatNothingLeadsTo) {
  SignedCopy copy = certified();
  const std::size_t start = last_startxref(copy.file);
  copy.update({.objects = {{part::content, kFalseContent}}});
  expect_invalid(copy.file + "startxref\n" + std::to_string(start) + "\n%%EOF\n",
                 "unlisted_object");
}
TEST(Attack, JunkAfterTheEnd) {
  expect_invalid(certified().file + "PK\x03\x04 something else\n%%EOF\n", "junk_after_signature");
}
TEST(Attack, AnUpdateWhoseIndexIsDamaged) {
  // Forgiving readers look for objects themselves then, and show the false page.
  SignedCopy copy = certified();
  copy.update({.objects = {{part::content, kFalseContent}}});
  copy.file.replace(copy.file.rfind("trailer"), 7, "trainer");
  expect_invalid(copy.file, "update_damaged");
}
TEST(Attack, AnUpdateThatLeadsInACircle) {
  SignedCopy copy = certified();
  copy.update({.objects = {{part::content, kFalseContent}}, .previous = copy.file.size() + 67});
  const std::size_t start = last_startxref(copy.file);
  const auto previous = copy.file.rfind("/Prev ") + 6;
  copy.file.replace(previous, copy.file.find(' ', previous) - previous, std::to_string(start));
  expect_invalid(copy.file, "update_damaged");
}
TEST(Attack, AWholeNewIndexThatForgetsTheSignedOne) {
  SignedCopy copy = certified();
  auto objects = copy.parts.objects();
  objects[part::content] = kFalseContent;
  std::string file = copy.file;
  std::map<int, std::size_t> elsewhere{{20, place_of(file, 20)}};
  file = with_update(file, {.objects = objects, .elsewhere = elsewhere});
  const auto previous = file.rfind("/Prev ");
  file.replace(previous, file.find(" /Info", previous) - previous, "");
  expect_invalid(file, "revision_chain_broken");
}
TEST(Attack, AnotherRoot) {
  SignedCopy copy = certified();
  expect_invalid(
      copy.update({.objects = {{40, copy.parts.objects().at(part::catalog)}}, .root = 40}).file,
      "catalog_replaced");
}
TEST(Attack, TheSameKeyTwiceInAnUpdatedPage) {
  SignedCopy copy = certified();
  std::string page = replaced(copy.parts.objects().at(part::page), "/Contents 4 0 R",
                              "/Contents 4 0 R /Contents 15 0 R");
  expect_invalid(copy.update({.objects = {{part::page, page}}}).file, "update_damaged");
}
TEST(Attack, TheSameObjectTwiceInAnUpdatedIndex) {
  SignedCopy copy = certified();
  copy.update({.objects = {{part::content, kFalseContent}, {40, "<< >>"}}});
  const std::string entry = copy.file.substr(copy.file.rfind("\n4 1\n") + 5, 20);
  copy.file = replaced(copy.file, "trailer\n<< /Size 41", "4 1\n" + entry + "trailer\n<< /Size 41");
  expect_invalid(copy.file, "page_content_changed");
}

// ---- Shadow attacks: the signed file already holds what will be shown ----------------------

TEST(Attack, ShadowReplaceByLeadingToAnOlderObject) {
  // The signed bytes hold two objects 4; a later index leads to the one that was not shown.
  SignedCopy copy(pki(), kSigned);
  const std::size_t older = place_of(copy.file, part::content);
  copy.update({.objects = {{part::content, kFalseContent}}});
  copy.certify(1);
  expect_invalid(copy.update({.elsewhere = {{part::content, older}}}).file, "index_rewritten");
}
TEST(Attack, ShadowReplaceByLeadingToAHiddenObject) {
  SignedCopy copy = certified();
  std::string page =
      replaced(copy.parts.objects().at(part::page), "/Contents 4 0 R", "/Contents 15 0 R");
  expect_invalid(copy.update({.objects = {{part::page, page}}}).file, "page_content_changed");
}
TEST(Attack, ShadowHideByRemovingAnOverlay) {
  DocumentParts parts;
  parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 41 0 R]";
  parts.more[41] = kOverlay;
  SignedCopy copy = approved(parts);
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R]";
  expect_invalid(copy.rewrite({part::page}).file, "annotation_removed");
}
TEST(Attack, ShadowHideByFreeingAnOverlay) {
  DocumentParts parts;
  parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 41 0 R]";
  parts.more[41] = kOverlay;
  expect_invalid(approved(parts).update({.free = {41}}).file, "annotation_changed");
}
TEST(Attack, ShadowHideAndReplaceByAHiddenPageTree) {
  DocumentParts parts;
  parts.more[41] = "<< /Type /Pages /Count 1 /Kids [42 0 R] /MediaBox [0 0 595 842] >>";
  parts.more[42] =
      "<< /Type /Page /Parent 41 0 R /Contents 15 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
  SignedCopy copy = approved(parts);
  const std::string catalog =
      replaced(copy.parts.objects().at(part::catalog), "/Pages 2 0 R", "/Pages 41 0 R");
  expect_invalid(copy.update({.objects = {{part::catalog, catalog}}}).file, "page_replaced");
}
TEST(Attack, ShadowReplaceByFillingAFieldOverTheText) {
  SignedCopy copy = approved();
  copy.parts.text_value = "(06/2026)";
  expect_invalid(copy.rewrite({part::text_field}).file, "field_filled");
}
TEST(Attack, ShadowReplaceByAnotherAppearanceOfAField) {
  SignedCopy copy = certified(2);
  expect_invalid(
      copy.update({.objects = {{part::text_mark,
                                stream_object("/Type /XObject /Subtype /Form /BBox [0 0 128 20]",
                                              "0 0 128 20 re f")}}})
          .file,
      "annotation_appearance_changed");
}
TEST(Attack, ShadowReplaceOfAFontThatTheFormNames) {
  DocumentParts parts;
  parts.form_extra = "/DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 0 Tf)";
  SignedCopy copy = approved(parts);
  copy.parts.form_extra = "/DR << /Font << /Helv 40 0 R >> >> /DA (/Helv 0 Tf)";
  expect_invalid(
      copy.rewrite({part::form}, {{40, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}})
          .file,
      "form_changed");
}
TEST(Attack, PackedObjectsOverriddenByAnUpdate) {
  SignedCopy copy(pki(), kSigned, {}, true);
  copy.certify(1);
  std::string page =
      replaced(copy.parts.objects().at(part::page), "/Contents 4 0 R", "/Contents 15 0 R");
  expect_invalid(copy.update({.objects = {{part::page, page}}}).file, "page_content_changed");
}
TEST(Attack, TheObjectStreamItselfOverridden) {
  // Same entries of the packed objects; only the stream that holds them is written anew.
  SignedCopy copy(pki(), kSigned, {}, true);
  const std::size_t at = copy.file.find("/Type /ObjStm");
  const std::size_t object = copy.file.rfind("\n", copy.file.rfind(" 0 obj", at)) + 1;
  const int id = std::stoi(copy.file.substr(object));
  const std::size_t begin = copy.file.find("<<", object);
  std::string body = copy.file.substr(begin, copy.file.find("\nendobj", begin) - begin);
  body = replaced(body, "/Contents 4 0 R", "/Contents 9 0 R");
  copy.certify(1);
  expect_invalid(copy.update({.objects = {{id, body}}}).file, "page_content_changed");
}

// ---- What acts, hides or describes ---------------------------------------------------------

TEST(Attack, AScriptThatRunsOnOpening) {
  SignedCopy copy = certified();
  copy.parts.catalog_extra = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
  expect_invalid(copy.rewrite({part::catalog}).file, "action_added");
}
TEST(Attack, ANameTreeWithScripts) {
  SignedCopy copy = certified();
  copy.parts.catalog_extra =
      "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>";
  expect_invalid(copy.rewrite({part::catalog}).file, "names_changed");
}
TEST(Attack, LayersSwitched) {
  DocumentParts parts;
  parts.catalog_extra = "/OCProperties << /OCGs [41 0 R] /D << /OFF [] >> >>";
  parts.more[41] = "<< /Type /OCG /Name (a) >>";
  SignedCopy copy = certified(1, parts);
  copy.parts.catalog_extra = "/OCProperties << /OCGs [41 0 R] /D << /OFF [41 0 R] >> >>";
  expect_invalid(copy.rewrite({part::catalog}).file, "layers_changed");
}
TEST(Attack, AnXfaFormAdded) {
  SignedCopy copy = approved();
  copy.parts.form_extra = "/XFA 40 0 R";
  expect_invalid(copy.rewrite({part::form}, {{40, stream_object("", "<xdp/>")}}).file,
                 "xfa_changed");
}
TEST(Attack, AppearancesThatReadersShallMakeAnew) {
  SignedCopy copy = certified(2);
  copy.parts.form_extra = "/NeedAppearances true";
  expect_invalid(copy.rewrite({part::form}).file, "form_changed");
}
TEST(Attack, AnotherTitle) {
  expect_invalid(
      certified()
          .update({.objects = {{part::information, "<< /Title (Ban chinh) /Producer (sogoc) >>"}}})
          .file,
      "information_changed");
}
TEST(Attack, AnotherCopyNumberInTheDescription) {
  SignedCopy copy = certified();
  expect_invalid(
      copy.update({.objects = {{part::metadata, replaced(copy.parts.objects().at(part::metadata),
                                                         "Ban sao", "Ban vao")}}})
          .file,
      "metadata_of_certified_changed");
}
TEST(Attack, AnActionOnAPage) {
  SignedCopy copy = certified();
  copy.parts.page_extra = "/AA << /O << /S /JavaScript /JS (x) >> >>";
  expect_invalid(copy.rewrite({part::page}).file, "action_added");
}

// ---- Certification: evil annotations and sneaky signatures ---------------------------------

TEST(Attack, AnAnnotationOverAnApprovedPage) {
  SignedCopy copy = approved();
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 40 0 R]";
  expect_invalid(copy.rewrite({part::page}, {{40, kOverlay}}).file, "annotation_added");
}
TEST(Attack, AnEvilAnnotationWhereOnlyFormsArePermitted) {
  SignedCopy copy = certified(2);
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 40 0 R]";
  expect_invalid(copy.rewrite({part::page}, {{40, kOverlay}}).file, "annotation_added");
}
TEST(Attack, AnEvilAnnotationWhereAnnotationsArePermitted) {
  SignedCopy copy = certified(3);
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 40 0 R]";
  expect_undecidable(copy.rewrite({part::page}, {{40, kOverlay}}).file, "annotation_may_hide");
}
TEST(Attack, AWidgetOverThePageThatBelongsToNoForm) {
  SignedCopy copy = certified(2);
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 40 0 R]";
  expect_invalid(copy.rewrite({part::page}, {{40,
                                              "<< /Type /Annot /Subtype /Widget /FT /Sig /T (x) "
                                              "/Rect [0 0 500 800] /AP << /N 13 0 R >> >>"}})
                     .file,
                 "annotation_added");
}
TEST(Attack, ALinkThatLeadsElsewhere) {
  expect_invalid(certified()
                     .update({.objects = {{part::link,
                                           "<< /Type /Annot /Subtype /Link /P 3 0 R /Rect [72 72 "
                                           "90 90] /A << /S /URI /URI (http://a.example) >> >>"}}})
                     .file,
                 "annotation_changed");
}
TEST(Attack, ASneakySignatureInAFieldOfItsOwn) {
  // A signature field that nobody foresaw, whose mark covers the page.
  SignedCopy copy = certified(2);
  copy.parts.fields = "[7 0 R 8 0 R 11 0 R 41 0 R]";
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 41 0 R]";
  const auto now = copy.parts.objects();
  SignWish wish;
  wish.value_object = 40;
  wish.objects = {{part::form, now.at(part::form)},
                  {part::page, now.at(part::page)},
                  {41,
                   "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Other) /F 132 /P 3 0 R /Rect [0 "
                   "0 595 842] /AP << /N 13 0 R >> /V 40 0 R >>"}};
  expect_invalid(with_signature(copy.file, wish, signer(pki(), pki().certifier, kSigned)),
                 "signature_field_added");
}
TEST(Attack, ALaterSignatureWhoseMarkCoversThePage) {
  SignedCopy copy = approved();
  copy.parts.fields = "[7 0 R 8 0 R 11 0 R 41 0 R]";
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 41 0 R]";
  const auto now = copy.parts.objects();
  SignWish wish;
  wish.value_object = 40;
  wish.objects = {{part::form, now.at(part::form)},
                  {part::page, now.at(part::page)},
                  {41,
                   "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Other) /F 132 /P 3 0 R /Rect [0 "
                   "0 595 842] /AP << /N 13 0 R >> /V 40 0 R >>"}};
  expect_undecidable(with_signature(copy.file, wish, signer(pki(), pki().certifier, kSigned)),
                     "signature_mark_large");
}
TEST(Attack, ASecondSignatureThatNothingPermits) {
  expect_invalid(certified(1).countersign().file, "signature_not_permitted");
}
TEST(Attack, ThePermissionsRemoved) {
  SignedCopy copy = certified(1);
  copy.parts.permissions.clear();
  expect_invalid(copy.rewrite({part::catalog}).file, "permissions_changed");
}
TEST(Attack, AFormFilledThatMayNotBe) {
  SignedCopy copy = certified(1);
  copy.parts.text_value = "(Ha Noi)";
  expect_invalid(copy.rewrite({part::text_field}).file, "field_filled");
}
TEST(Attack, AFieldMovedOverTheText) {
  SignedCopy copy = certified(2);
  expect_invalid(copy.update({.objects = {{part::text_field,
                                           replaced(copy.parts.objects().at(part::text_field),
                                                    "[72 500 200 520]", "[72 710 200 740]")}}})
                     .file,
                 "field_changed");
}
TEST(Attack, AFieldAdded) {
  SignedCopy copy = certified(2);
  copy.parts.fields = "[7 0 R 8 0 R 11 0 R 40 0 R]";
  expect_invalid(copy.rewrite({part::form}, {{40, "<< /FT /Tx /T (New) /V (x) >>"}}).file,
                 "field_added");
}
TEST(Attack, TheMarkOfTheSignatureExchanged) {
  expect_invalid(
      certified(2)
          .update({.objects = {{part::body_mark,
                                stream_object("/Type /XObject /Subtype /Form /BBox [0 0 200 60]",
                                              "0 0 200 60 re f")}}})
          .file,
      "annotation_appearance_changed");
}
TEST(Attack, ALockedFieldFilled) {
  SignedCopy copy(pki(), kSigned);
  copy.parts.body_value = "/V 20 0 R";
  copy.parts.permissions = "/Perms << /DocMDP 20 0 R >>";
  SignWish wish;
  wish.value_object = 20;
  wish.entries +=
      " /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 2 >> >> << /TransformMethod "
      "/FieldMDP "
      "/TransformParams << /Action /Include /Fields [(Place)] >> >>]";
  wish.objects = {{part::body_field, copy.parts.objects().at(part::body_field)},
                  {part::catalog, copy.parts.objects().at(part::catalog)}};
  copy.file = with_signature(copy.file, wish, signer(pki(), pki().body, kSigned));
  EXPECT_EQ(checked(copy.file).verdict, Verdict::valid) << told(checked(copy.file));
  copy.parts.text_value = "(Ha Noi)";
  expect_invalid(copy.rewrite({part::text_field}).file, "locked_field_changed");
}
TEST(Attack, ADocumentTimestampThatDraws) {
  SignedCopy copy = certified(1);
  copy.add_document_timestamp(kSigned + std::chrono::hours(1));
  const std::string honest = copy.file;
  ASSERT_EQ(checked(honest).verdict, Verdict::valid) << told(checked(honest));
  const int field = 22;
  const std::string body =
      "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp21) /F 132 /P 3 0 R /Rect [0 0 595 842] "
      "/AP << /N 13 0 R >> /V 21 0 R >>";
  expect_invalid(copy.update({.objects = {{field, body}}}).file, "timestamp_visible");
}

// ---- The signature itself: wrapping, universal forgery, stripping --------------------------

// The file after the signature dictionary (object 20) was written anew with this change.
std::string forged(const std::string& what, const std::string& with) {
  SignedCopy copy = certified();
  const std::size_t at = copy.file.find("<<", place_of(copy.file, 20));
  std::string body = copy.file.substr(at, copy.file.find("\nendobj", at) - at);
  const auto range = body.substr(body.find("/ByteRange"), body.find(']', body.find("/ByteRange")) +
                                                              1 - body.find("/ByteRange"));
  const auto contents = body.substr(
      body.find("/Contents"), body.find('>', body.find("/Contents")) + 1 - body.find("/Contents"));
  return copy
      .update({.objects = {{20, replaced(body, what == "range" ? range : contents, with)},
                           {part::content, kFalseContent}}})
      .file;
}

TEST(Attack, ASignatureWrappedAroundMovedBytes) {
  // The old value and range in a new dictionary: the hole it names is not its own.
  SignedCopy copy = certified();
  const std::size_t at = copy.file.find("<<", place_of(copy.file, 20));
  const std::string body = copy.file.substr(at, copy.file.find("\nendobj", at) - at);
  expect_invalid(copy.update({.objects = {{20, body}, {part::content, kFalseContent}}}).file,
                 "hole_is_not_contents");
}
TEST(Attack, AForgeryWithoutByteRange) {
  expect_invalid(forged("range", ""), "byte_range_missing");
}
TEST(Attack, AForgeryWithANullByteRange) {
  expect_invalid(forged("range", "/ByteRange null"), "byte_range_missing");
}
TEST(Attack, AForgeryWithThreeNumbers) {
  expect_invalid(forged("range", "/ByteRange [0 10 20]"), "byte_range_malformed");
}
TEST(Attack, AForgeryWithNegativeNumbers) {
  expect_invalid(forged("range", "/ByteRange [0 10 -20 30]"), "byte_range_malformed");
}
TEST(Attack, AForgeryWithReferencesInTheRange) {
  expect_invalid(forged("range", "/ByteRange [0 5 0 R 20 30]"), "byte_range_malformed");
}
TEST(Attack, AForgeryWithARangeThatIsNoArray) {
  expect_invalid(forged("range", "/ByteRange (0 10 20 30)"), "byte_range_malformed");
}
TEST(Attack, AForgeryWithARangeOfNothing) {
  expect_invalid(forged("range", "/ByteRange [0 0 0 0]"), "hole_is_not_contents");
}
TEST(Attack, AForgeryThatDoesNotCoverTheBeginning) {
  expect_invalid(forged("range", "/ByteRange [8 10 20 30]"), "byte_range_not_from_start");
}
TEST(Attack, AForgeryBeyondTheFile) {
  expect_invalid(forged("range", "/ByteRange [0 10 20 99999999]"), "byte_range_beyond_file");
}
TEST(Attack, AForgeryWhoseNumbersOverflow) {
  expect_invalid(forged("range", "/ByteRange [0 10 999999999999999999 999999999999999999]"),
                 "byte_range_beyond_file");
}
TEST(Attack, AForgeryWhosePartsOverlap) {
  expect_invalid(forged("range", "/ByteRange [0 500 400 100]"), "byte_range_overlaps");
}
TEST(Attack, AForgeryWithoutContents) {
  expect_invalid(forged("contents", ""), "contents_missing");
}
TEST(Attack, AForgeryWithNullContents) {
  expect_invalid(forged("contents", "/Contents null"), "contents_missing");
}
TEST(Attack, AForgeryWithEmptyContents) {
  expect_invalid(forged("contents", "/Contents <>"), "contents_missing");
}
TEST(Attack, AForgeryWithContentsElsewhere) {
  expect_invalid(forged("contents", "/Contents 13 0 R"), "contents_missing");
}
TEST(Attack, AForgeryWithTwoByteRanges) {
  expect_invalid(forged("range", "/ByteRange [0 1 2 3] /ByteRange [0 4 5 6]"),
                 "repeated_key_in_signature");
}
TEST(Attack, ASignatureFieldWhoseValueIsGone) {
  SignedCopy copy = certified();
  copy.parts.body_value = "/V 99 0 R";
  expect_invalid(copy.rewrite({part::body_field}).file, "contents_missing");
}
TEST(Attack, ASignatureTakenOutOfItsField) {
  SignedCopy copy = certified();
  copy.parts.body_value.clear();
  expect_invalid(copy.rewrite({part::body_field}).file, "signature_removed");
}
TEST(Attack, TheFormTakenOut) {
  SignedCopy copy = certified();
  expect_invalid(
      copy.update({.objects = {{part::catalog, "<< /Type /Catalog /Pages 2 0 R >>"}}}).file,
      "signature_removed");
}
TEST(Attack, TheSecondOfTwoSignaturesTakenOut) {
  SignedCopy copy = certified(2);
  copy.countersign();
  copy.parts.certifier_value.clear();
  expect_invalid(copy.rewrite({part::certifier_field}).file, "signature_removed");
}
TEST(Attack, ASignatureExchangedForTheAttackersOwn) {
  SignedCopy copy = certified();
  const HoleFiller own =
      signer(pki(),
             self_signed(dev_pki::signer_wish("UBND xa A", kNow - std::chrono::days(9),
                                              kNow + std::chrono::days(9))),
             kSigned);
  copy.approve(&own);
  expect_invalid(copy.file, "signature_removed");
}
TEST(Attack, AHoleWiderThanTheSignature) {
  // Between the signature value and the end of the hole stand bytes that nobody signed.
  SignedCopy copy(pki(), kSigned);
  copy.parts.body_value = "/V 20 0 R";
  const std::string blank = "/ByteRange [0 0000000000 0000000000 0000000000]";
  std::string file = with_update(
      copy.file,
      {.objects = {
           {part::body_field, copy.parts.objects().at(part::body_field)},
           {20, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached " + blank +
                    " /Contents <" + std::string(16384, '0') + "> /Reason (free text here) >>"}}});
  const Hole hole = last_hole(file);
  const std::size_t end = file.find("(free text here)") + 16;
  char range[80];
  std::snprintf(range, sizeof range, "/ByteRange [0 %010zu %010zu %010zu]", hole.begin, end,
                file.size() - end);
  file = replaced(file, blank, range);
  std::vector<std::uint8_t> covered(file.begin(),
                                    file.begin() + static_cast<std::ptrdiff_t>(hole.begin));
  covered.insert(covered.end(), file.begin() + static_cast<std::ptrdiff_t>(end), file.end());
  file = with_hole_filled(file, hole.begin, hole.end, signer(pki(), pki().body, kSigned)(covered));
  expect_invalid(file, "hole_is_not_contents");
}
TEST(Attack, ASignatureThatStopsBeforeTheEndOfItsRevision) {
  SignedCopy copy = certified();
  // The same file, signed up to 20 bytes before its end.
  std::string file = copy.file;
  const Hole hole = last_hole(file);
  const std::size_t rest = file.size() - hole.end;
  char old_part[16], new_part[16];
  std::snprintf(old_part, sizeof old_part, "%010zu]", rest);
  std::snprintf(new_part, sizeof new_part, "%010zu]", rest - 20);
  file = replaced(file, old_part, new_part);
  std::vector<std::uint8_t> covered(file.begin(),
                                    file.begin() + static_cast<std::ptrdiff_t>(hole.begin));
  covered.insert(covered.end(), file.begin() + static_cast<std::ptrdiff_t>(hole.end),
                 file.end() - 20);
  file = with_hole_filled(file, hole.begin, hole.end, signer(pki(), pki().body, kSigned)(covered));
  expect_invalid(file, "range_ends_inside");
}

}  // namespace
}  // namespace sogoc::test
