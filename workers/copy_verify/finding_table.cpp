#include "workers/copy_verify/finding_table.hpp"

#include <algorithm>
#include <array>

namespace sogoc {
namespace {

using enum Verdict;

constexpr auto kTable = std::to_array<FindingMeaning>({
    // The file as a whole.
    {"no_signature", undecidable, "the file carries no signature"},
    {"copy_without_signature", invalid, "the file says it is a certified copy and carries no signature"},
    {"signature_removed", invalid, "a signature that the file once had is no longer shown"},
    {"header_not_at_start", undecidable, "other bytes stand before the PDF header; programs may read different files"},
    {"structure_damaged", undecidable, "the file's own index is damaged; programs may show different content"},
    {"update_damaged", invalid, "what was added after signing is damaged; programs may show different content"},
    {"object_damaged", undecidable, "an object is not where the file's index says; programs may show different content"},
    {"repeated_key", undecidable, "a dictionary says the same thing twice; programs may show different content"},
    {"repeated_xref_entry", undecidable, "the file's index lists an object twice; programs may show different content"},
    {"entry_beyond_size", undecidable, "the file's index lists more objects than it says; programs may show different content"},
    {"form_tree_odd", undecidable, "the form's fields are nested in a way that programs read differently"},
    {"too_many_signatures", undecidable, "the file carries more signatures than can be checked"},
    // What one signature covers.
    {"byte_range_missing", invalid, "the signature does not say which bytes it covers"},
    {"byte_range_malformed", invalid, "the signature's byte range is not four whole numbers"},
    {"byte_range_not_from_start", invalid, "the signature does not cover the beginning of the file"},
    {"byte_range_beyond_file", invalid, "the signature covers bytes that the file does not have: it was cut or the range was changed"},
    {"byte_range_overlaps", invalid, "the two parts of the signature's byte range overlap"},
    {"hole_is_not_contents", invalid, "the signature leaves out other bytes than its own value"},
    {"hole_used_twice", invalid, "two signatures share one value"},
    {"range_ends_inside", invalid, "the signature does not cover its revision to the end"},
    {"signature_not_in_signed_revision", invalid, "the signature is not part of the revision that it signs"},
    {"contents_missing", invalid, "the signature has no value"},
    {"contents_padding", undecidable, "unsigned bytes stand beside the signature value"},
    {"repeated_key_in_signature", invalid, "the signature's dictionary says the same thing twice"},
    // The signature itself.
    {"unknown_signature_format", undecidable, "this kind of signature is not known"},
    {"sha1_signature_format", undecidable, "the signature is of an old kind that hashes with SHA-1"},
    {"cms_unreadable", invalid, "the signature value cannot be read"},
    {"digest_mismatch", invalid, "the signed bytes were changed after signing"},
    {"signature_mismatch", invalid, "the signature does not belong to its certificate"},
    {"signing_certificate_mismatch", invalid, "the signature names another certificate than the one that signed"},
    {"weak_algorithm", undecidable, "the signature uses an algorithm that is no longer safe (SHA-1 or a short key)"},
    {"integrity_holds", valid, "the signed bytes are unchanged"},
    // When.
    {"timestamp_unreadable", invalid, "the timestamp cannot be read"},
    {"timestamp_mismatch", invalid, "the timestamp belongs to something else or was changed"},
    {"timestamp_weak", undecidable, "the timestamp uses an algorithm that is no longer safe"},
    {"timestamp_untrusted", undecidable, "the authority of the timestamp is not known to be trustworthy"},
    {"timestamp_revoked", invalid, "the certificate of the timestamp authority was revoked"},
    {"time_trusted", valid, "the time comes from a trusted timestamp"},
    {"time_only_claimed", valid, "the signing time is only what the signer says"},
    {"claimed_time_later_than_stamp", undecidable, "the stated signing time is later than the timestamp"},
    // The certificate, at the time of signing.
    {"certificate_good", valid, "the certificate was valid at that time"},
    {"certificate_revoked", invalid, "the certificate was revoked before signing"},
    {"certificate_revoked_time_unknown", undecidable, "the certificate is revoked, and no timestamp proves that it was used before"},
    {"certificate_status_unknown", undecidable, "nothing known says whether the certificate was revoked"},
    {"certificate_not_yet_valid", invalid, "the certificate was not yet valid at that time"},
    {"certificate_expired", invalid, "the certificate had expired before signing"},
    {"certificate_expired_time_unknown", undecidable, "the certificate has expired, and no timestamp proves that it was used before"},
    {"certificate_wrong_usage", invalid, "the certificate is not meant for this use"},
    {"certificate_weak", undecidable, "a certificate uses an algorithm that is no longer safe"},
    {"certificate_bad_chain", invalid, "a certificate in the chain was not issued by the one above it"},
    {"untrusted_root", undecidable, "the issuing authority is not in the list of trusted authorities"},
    {"incomplete_chain", undecidable, "the issuer's certificate is missing"},
    // What was changed after signing, and may be.
    {"covers_whole_file", valid, "nothing was added after this signature"},
    {"validation_data_added", valid, "data for long-term validation were added"},
    {"timestamp_added", valid, "a document timestamp was added"},
    {"signature_added", valid, "a further signature was added"},
    {"form_filled", valid, "a form field was filled in, as the certifying signature permits"},
    {"annotation_permitted", valid, "a note was added, as the certifying signature permits"},
    {"information_updated", valid, "the date of the last change was updated"},
    // ... and may not be.
    {"junk_after_signature", invalid, "bytes that belong to no object were added after signing"},
    {"unlisted_object", invalid, "objects that the file's index does not list were added after signing"},
    {"unlisted_xref", invalid, "an index that the file does not use was added after signing"},
    {"revision_chain_broken", invalid, "the file no longer builds on the revision that was signed"},
    {"index_rewritten", invalid, "a later index leads to other objects among the signed bytes"},
    {"hybrid_update", undecidable, "objects that some programs do not see were added after signing"},
    {"catalog_replaced", invalid, "the root of the document was exchanged after signing"},
    {"catalog_changed", invalid, "an entry of the document's root was changed after signing"},
    {"action_added", invalid, "an action was added after signing"},
    {"names_changed", invalid, "scripts, attachments or named places were changed after signing"},
    {"layers_changed", invalid, "the visibility of layers was changed after signing"},
    {"permissions_changed", invalid, "what the certifying signature permits was changed after signing"},
    {"structure_tree_changed", undecidable, "the logical structure of the document was changed after signing"},
    {"metadata_changed", undecidable, "the description of the document was changed after signing"},
    {"metadata_of_certified_changed", invalid, "the description of the certified document was changed after signing"},
    {"information_changed", invalid, "title, author or another statement about the document was changed after signing"},
    {"page_tree_changed", invalid, "the order or inheritance of pages was changed after signing"},
    {"page_added", invalid, "a page was added after signing"},
    {"page_removed", invalid, "a page was removed after signing"},
    {"page_replaced", invalid, "a page was exchanged after signing"},
    {"page_content_changed", invalid, "what stands on a page was changed after signing"},
    {"page_resources_changed", invalid, "pictures or other parts of a page were changed after signing"},
    {"fonts_changed", invalid, "a font was changed after signing"},
    {"page_box_changed", invalid, "size or turn of a page was changed after signing"},
    {"page_changed", invalid, "an entry of a page was changed after signing"},
    {"annotation_added", invalid, "something was laid over a page after signing"},
    {"annotation_may_hide", undecidable, "something that can cover content was laid over a page, which the certifying signature permits; look at it"},
    {"annotation_removed", invalid, "something that lay over a page was removed after signing"},
    {"annotation_changed", invalid, "something that lies over a page was changed after signing"},
    {"annotation_appearance_changed", invalid, "the appearance of a field was changed after signing"},
    {"form_changed", invalid, "a setting of the form was changed after signing"},
    {"xfa_changed", invalid, "an XFA form was changed after signing"},
    {"field_added", invalid, "a form field was added after signing"},
    {"field_removed", invalid, "a form field was removed after signing"},
    {"field_changed", invalid, "a form field was changed after signing"},
    {"field_filled", invalid, "a form field was filled in after signing, which nothing permits"},
    {"locked_field_changed", invalid, "a field that the signature locks was changed after signing"},
    {"signature_not_permitted", invalid, "a signature was added that the certifying signature does not permit"},
    {"signature_field_added", invalid, "a signature field was added that nothing permits"},
    {"signature_replaced", invalid, "a signature was exchanged after signing"},
    {"signature_mark_large", undecidable, "the mark of a later signature covers a large part of a page; look at it"},
    {"timestamp_visible", invalid, "a document timestamp draws over a page"},
    // A copy of our own.
    {"qr_differs", invalid, "the QR code belongs to another copy than this file says"},
    {"offline_bundle_used", valid, "revocation data from the offline bundle were used"},
});

}  // namespace

std::span<const FindingMeaning> all_findings() { return kTable; }

Finding finding(std::string_view code, std::string subject) {
  const auto known = std::find_if(kTable.begin(), kTable.end(), [&](const FindingMeaning& one) { return one.code == code; });
  // A code that nobody explained must not pass for good news.
  if (known == kTable.end()) return {std::string(code), invalid, std::string(code), std::move(subject)};
  return {std::string(code), known->weight, known->text, std::move(subject)};
}

}  // namespace sogoc
