#include "workers/pdf_read/content_walk.hpp"

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include <qpdf/BufferInputSource.hh>
#include <qpdf/QPDFTokenizer.hh>

#include "workers/pdf_read/content_operands.hpp"
#include "workers/pdf_read/graphics_state.hpp"
#include "workers/pdf_read/inline_image.hpp"

namespace sogoc::pdf {
namespace {

constexpr int kMaxFormDepth = 20;
constexpr std::size_t kMaxForms = 5'000;
constexpr std::size_t kMaxImages = 20'000;
constexpr std::size_t kMaxEvents = 400'000;      // texts and paths kept apart
constexpr std::size_t kMaxStates = 512;          // q without Q
constexpr std::size_t kMaxOperands = 600;
constexpr std::uint64_t kMaxContentBytes = 96u << 20;   // of a page, forms counted each time
constexpr std::uint64_t kMaxInlineBytes = 64u << 20;

class Walker {
 public:
  Walker(Document& document, const PageGeometry& geometry, const std::string& shown_name)
      : qpdf_(*document.qpdf), shown_name_(shown_name) {
    state_.clip.box = geometry.visible;
  }

  Result<PageContent> walk(QPDFObjectHandle page) {
    SOGOC_TRY(std::string bytes, page_bytes(page.getKey("/Contents")));
    resources_ = inherited(page, "/Resources");
    SOGOC_CHECK(run(std::move(bytes)));
    return std::move(content_);
  }

 private:
  Result<std::string> page_bytes(QPDFObjectHandle contents) {
    std::string all;
    const auto add = [&](QPDFObjectHandle stream) -> Done {
      if (stream.isNull() && !stream.isIndirect()) return {};
      SOGOC_TRY(const std::vector<std::uint8_t> bytes,
                decoded_bytes(stream, kMaxContentBytes - all.size(), shown_name_));
      all.append(bytes.begin(), bytes.end());
      all += '\n';
      return {};
    };
    if (contents.isArray()) {
      for (int i = 0; i < std::min(contents.getArrayNItems(), 50'000); ++i)
        SOGOC_CHECK(add(contents.getArrayItem(i)));
    } else {
      SOGOC_CHECK(add(contents));
    }
    return all;
  }

  Done run(std::string bytes) {
    if (content_bytes_ + bytes.size() > kMaxContentBytes)
      return fail(ErrorCode::limit_exceeded, Retry::never, shown_name_,
                  "the page's content is longer than the limit allows");
    content_bytes_ += bytes.size();
    auto input = std::make_shared<BufferInputSource>("content", bytes);
    QPDFTokenizer tokenizer;
    tokenizer.allowEOF();
    Operands operands;
    const std::size_t bottom = stack_.size();  // a form cannot pop what it did not push
    for (;;) {
      const QPDFTokenizer::Token token = tokenizer.readToken(input, "content", true);
      const QPDFTokenizer::token_type_e type = token.getType();
      if (type == QPDFTokenizer::tt_eof) break;
      if (type == QPDFTokenizer::tt_word) {
        const std::string& op = token.getValue();
        if (op == "ID") {
          SOGOC_CHECK(inline_image(tokenizer, input));
        } else if (op == "BI") {
          inline_dictionary_ = "<<";
          in_inline_ = true;
        } else {
          SOGOC_CHECK(perform(op, operands, bottom));
        }
        operands.clear();
        continue;
      }
      if (in_inline_ && inline_dictionary_.size() < 65'536) {
        inline_dictionary_ += ' ';
        inline_dictionary_ += token.getRawValue();
      }
      if (operands.size() < kMaxOperands) operands.push_back(operand_of(token));
      else if (type == QPDFTokenizer::tt_string) {
        operands.back() = joined(operands.back(), token);
        content_.codes_incomplete = true;
      }
    }
    if (stack_.size() > bottom) {
      state_ = stack_[bottom];
      stack_.resize(bottom);
    }
    return {};
  }

  QPDFObjectHandle resource(const std::string& category, const std::string& name) {
    if (!resources_.isInitialized() || !resources_.isDictionary() || name.empty())
      return QPDFObjectHandle::newNull();
    QPDFObjectHandle all = resources_.getKey(category);
    return all.isDictionary() ? all.getKey(name) : QPDFObjectHandle::newNull();
  }

  Done perform(const std::string& op, const Operands& operands, std::size_t bottom) {
    using Action = std::function<Done(Walker&, const Operands&, std::size_t)>;
    static const std::unordered_map<std::string, Action> actions = [] {
      std::unordered_map<std::string, Action> table;
      const auto plain = [&table](const char* name,
                                  void (Walker::*method)(const Operands&)) {
        table[name] = [method](Walker& w, const Operands& o, std::size_t) -> Done {
          (w.*method)(o);
          return {};
        };
      };
      table["q"] = [](Walker& w, const auto&, std::size_t) { return w.save(); };
      table["Q"] = [](Walker& w, const auto&, std::size_t low) -> Done {
        if (w.stack_.size() > low) {
          w.state_ = std::move(w.stack_.back());
          w.stack_.pop_back();
        }
        return {};
      };
      table["Do"] = [](Walker& w, const auto& o, std::size_t) { return w.draw(last_name(o)); };
      plain("cm", &Walker::concatenate);
      plain("gs", &Walker::graphics_state);
      plain("Tf", &Walker::set_font);
      plain("Tr", &Walker::set_text_mode);
      for (const char* show : {"Tj", "TJ", "'", "\""}) plain(show, &Walker::show_text);
      for (const char* segment : {"m", "l"}) plain(segment, &Walker::line_to);
      for (const char* curve : {"c", "v", "y"}) plain(curve, &Walker::curve_to);
      plain("re", &Walker::rectangle);
      plain("W", &Walker::clip_next);
      plain("W*", &Walker::clip_next);
      plain("n", &Walker::end_path);
      for (const char* fill : {"f", "F", "f*", "B", "B*", "b", "b*"})
        plain(fill, &Walker::fill_path);
      for (const char* stroke : {"S", "s"}) plain(stroke, &Walker::stroke_path);
      plain("sh", &Walker::shade);
      for (const auto& [fill, stroke] : {std::pair{"g", "G"}, std::pair{"rg", "RG"},
                                         std::pair{"k", "K"}, std::pair{"sc", "SC"},
                                         std::pair{"scn", "SCN"}, std::pair{"cs", "CS"}}) {
        const std::string lower = fill;
        table[fill] = [lower](Walker& w, const auto& o, std::size_t) -> Done {
          w.colour(w.state_.fill, lower, o);
          return {};
        };
        table[stroke] = [lower](Walker& w, const auto& o, std::size_t) -> Done {
          w.colour(w.state_.stroke, lower, o);
          return {};
        };
      }
      plain("BDC", &Walker::begin_marked);
      plain("BMC", &Walker::begin_marked);
      plain("EMC", &Walker::end_marked);
      return table;
    }();
    const auto action = actions.find(op);
    if (action != actions.end()) return action->second(*this, operands, bottom);
    static const std::set<std::string> passed_over = {
        "w",  "J",  "j",  "M",  "d",  "ri", "i",  "h",  "BT", "ET", "Tc", "Tw",
        "Tz", "TL", "Ts", "Td", "TD", "Tm", "T*", "MP", "DP", "EI"};
    if (!passed_over.contains(op)) content_.has_unknown_operator = true;
    return {};
  }

  Done save() {
    if (stack_.size() >= kMaxStates + static_cast<std::size_t>(form_depth_) * 32)
      return fail(ErrorCode::limit_exceeded, Retry::never, shown_name_,
                  "the page's content is nested too deeply");
    stack_.push_back(state_);
    content_.deepest_save = std::max(content_.deepest_save, stack_.size());
    return {};
  }

  void concatenate(const Operands& operands) {
    if (const auto m = numbers<6>(operands)) state_.ctm = from_pdf_matrix(*m).then(state_.ctm);
  }

  void graphics_state(const Operands& operands) {
    QPDFObjectHandle gs = resource("/ExtGState", last_name(operands));
    if (!gs.isDictionary()) return;
    const auto has = [&](const char* key) { return !gs.getKey(key).isNull(); };
    bool plain = state_.plain;
    if (has("/SMask")) plain = name_of(gs.getKey("/SMask")) == "/None";
    if (has("/BM")) {
      QPDFObjectHandle mode = gs.getKey("/BM");
      if (mode.isArray() && mode.getArrayNItems() > 0) mode = mode.getArrayItem(0);
      const std::string name = name_of(mode);
      plain = plain && (name == "/Normal" || name == "/Compatible");
    }
    for (const char* alpha : {"/ca", "/CA"})
      if (has(alpha) && number_of(gs.getKey(alpha), 1) < 0.999) plain = false;
    state_.plain = plain;
    if (has("/TR") || has("/TR2") || has("/HTP")) content_.has_postscript = true;
    QPDFObjectHandle font = gs.getKey("/Font");
    if (font.isArray() && font.getArrayNItems() > 0) state_.font = font.getArrayItem(0);
  }

  void set_font(const Operands& operands) {
    if (operands.size() < 2) return;
    state_.font = resource("/Font", operands[operands.size() - 2].text);
  }
  void set_text_mode(const Operands& operands) {
    if (const auto mode = numbers<1>(operands)) state_.text_mode = static_cast<int>((*mode)[0]);
  }

  void show_text(const Operands& operands) {
    std::size_t length = 0;
    for (const Operand& operand : operands)
      if (operand.kind == Operand::Kind::string) length += operand.length;
    if (length == 0) return;
    const bool visible = state_.text_mode != 3 && state_.text_mode != 7;
    (visible ? content_.visible_characters : content_.invisible_characters) += length;
    const auto characters = static_cast<std::uint32_t>(std::min<std::size_t>(length, 1u << 30));
    const bool joins = !content_.texts.empty() && content_.texts.back().visible == visible &&
                       content_.texts.back().order == order_;
    if (joins) {
      content_.texts.back().characters += characters;
    } else if (content_.texts.size() < kMaxEvents) {
      content_.texts.push_back({++order_, characters, visible});
    }
    if (visible) note_space(state_.fill.space);
    if (visible) note_codes(operands);
  }

  void note_codes(const Operands& operands) {
    if (!state_.font.isInitialized() || !state_.font.isDictionary()) {
      content_.missing_resource = true;
      return;
    }
    UsedFont* used = used_font();
    if (used == nullptr) {
      content_.codes_incomplete = true;
      return;
    }
    const std::size_t step = used->composite ? 2 : 1;
    for (const Operand& operand : operands) {
      if (operand.kind != Operand::Kind::string) continue;
      for (std::size_t i = 0; i + step <= operand.text.size(); i += step) {
        const auto high = static_cast<unsigned char>(operand.text[i]);
        const auto low = static_cast<unsigned char>(operand.text[i + step - 1]);
        used->codes[step == 2 ? std::size_t{high} << 8 | low : low] = true;
      }
    }
  }

  // The entry of the present font; null when there are too many.
  UsedFont* used_font() {
    constexpr std::size_t kMaxFonts = 500;
    if (state_.font.isIndirect()) {
      const auto found = font_places_.find(state_.font.getObjGen());
      if (found != font_places_.end()) return &content_.fonts[found->second];
    }
    if (content_.fonts.size() >= kMaxFonts) return nullptr;
    if (state_.font.isIndirect())
      font_places_.emplace(state_.font.getObjGen(), content_.fonts.size());
    const bool composite = name_of(state_.font.getKey("/Subtype")) == "/Type0";
    content_.fonts.push_back(
        {state_.font, composite, std::vector<bool>(composite ? 65'536 : 256)});
    return &content_.fonts.back();
  }

  void line_to(const Operands& operands) { path_.line_to(operands, state_.ctm); }
  void curve_to(const Operands& operands) { path_.curve_to(operands, state_.ctm); }
  void rectangle(const Operands& operands) { path_.rectangle(operands, state_.ctm); }
  void clip_next(const Operands&) { clip_pending_ = true; }
  void end_path(const Operands&) {
    if (clip_pending_) {
      state_.clip.box = intersection(state_.clip.box, path_.box().value_or(Rect{}));
      state_.clip.exact = state_.clip.exact && path_.is_rectangle();
    }
    clip_pending_ = false;
    path_.clear();
  }
  void paint(double grow, const Paint& with) {
    note_space(with.space);
    if (!with.colour) content_.has_patterns = true;
    if (path_.box()) {
      Rect box = *path_.box();  // a line has no area of its own
      box = {box.left - grow, box.bottom - grow, box.right + grow, box.top + grow};
      box = intersection(box, state_.clip.box);
      const bool white = with.colour && (*with.colour)[0] > 0.99 && (*with.colour)[1] > 0.99 &&
                         (*with.colour)[2] > 0.99;
      if (!box.empty() && content_.paths.size() < kMaxEvents)
        content_.paths.push_back({++order_, box, white});
    }
    end_path({});
  }
  void fill_path(const Operands&) { paint(0.01, state_.fill); }
  void stroke_path(const Operands&) { paint(0.25, state_.stroke); }
  void shade(const Operands&) {
    content_.has_patterns = true;
    path_.set(state_.clip.box);
    paint(0, {std::nullopt, "/Shading"});
  }

  void note_space(const std::string& space) {
    if (content_.colour_spaces.size() < 64) content_.colour_spaces.insert(space);
  }

  // "/ICCBased 3", "/DeviceRGB", "/Separation", ...
  std::string family_of(const std::string& name) {
    if (name.rfind("/Device", 0) == 0 || name == "/Pattern") return name;
    QPDFObjectHandle space = resource("/ColorSpace", name);
    if (space.isName()) return space.getName();
    if (!space.isArray() || space.getArrayNItems() < 1) return "/Unknown";
    std::string family = name_of(space.getArrayItem(0));
    if (family == "/ICCBased" && space.getArrayNItems() > 1 && space.getArrayItem(1).isStream())
      family += " " + std::to_string(int_of(space.getArrayItem(1).getDict().getKey("/N"), 0));
    return family;
  }

  void colour(Paint& paint, const std::string& op, const Operands& operands) {
    set_colour(paint, op, operands, [this](const std::string& name) { return family_of(name); });
  }

  // Marked content: what stands inside optional content may be switched off.
  void begin_marked(const Operands& operands) {
    const bool optional = !operands.empty() && operands.front().kind == Operand::Kind::name &&
                          operands.front().text == "/OC";
    if (marked_.size() < 10'000) marked_.push_back(optional);
    if (optional) {
      ++optional_depth_;
      content_.has_optional_content = true;
    }
  }
  void end_marked(const Operands&) {
    if (marked_.empty()) return;
    if (marked_.back()) --optional_depth_;
    marked_.pop_back();
  }

  Done draw(const std::string& name) {
    QPDFObjectHandle object = resource("/XObject", name);
    if (!object.isStream()) {
      if (object.isIndirect())
        return fail(ErrorCode::invalid_input, Retry::never, shown_name_,
                    "a picture of the page is missing from the file: it is truncated or damaged; "
                    "get a complete copy");
      content_.missing_resource = true;
      return {};
    }
    QPDFObjectHandle dictionary = object.getDict();
    const std::string subtype = name_of(dictionary.getKey("/Subtype"));
    const bool optional = !dictionary.getKey("/OC").isNull();
    if (optional) content_.has_optional_content = true;
    if (subtype == "/Image") return add_image(object, optional);
    if (subtype == "/Form") return draw_form(object, optional);
    if (subtype == "/PS") content_.has_postscript = true;
    return {};
  }

  Done add_image(QPDFObjectHandle stream, bool optional, bool inlined = false) {
    if (!usable(state_.ctm)) return {};
    if (content_.images.size() >= kMaxImages)
      return fail(ErrorCode::limit_exceeded, Retry::never, shown_name_,
                  "the page draws more pictures than the limit allows");
    content_.images.push_back({stream, resources_, state_.ctm, state_.clip, state_.fill.colour,
                               state_.plain, optional || optional_depth_ > 0, inlined,
                               ++order_});
    return {};
  }

  Done draw_form(QPDFObjectHandle form, bool optional) {
    if (form_depth_ >= kMaxFormDepth || ++forms_ > kMaxForms)
      return fail(ErrorCode::limit_exceeded, Retry::never, shown_name_,
                  "the page's content calls itself or is nested too deeply");
    SOGOC_TRY(const std::vector<std::uint8_t> bytes,
              decoded_bytes(form, kMaxContentBytes, shown_name_));
    QPDFObjectHandle dictionary = form.getDict();
    SOGOC_CHECK(save());
    const QPDFObjectHandle outer = resources_;
    if (dictionary.getKey("/Resources").isDictionary())
      resources_ = dictionary.getKey("/Resources");
    else
      content_.has_form_without_resources = true;
    if (const auto matrix = matrix_of(dictionary.getKey("/Matrix")))
      state_.ctm = matrix->then(state_.ctm);
    if (const auto box = rect_of(dictionary.getKey("/BBox"))) {
      state_.clip.box = intersection(state_.clip.box, bounds(state_.ctm, *box));
      state_.clip.exact = state_.clip.exact && keeps_upright(state_.ctm);
    }
    if (optional) ++optional_depth_;
    ++form_depth_;
    SOGOC_CHECK(run(std::string(bytes.begin(), bytes.end())));
    --form_depth_;
    if (optional) --optional_depth_;
    resources_ = outer;
    state_ = std::move(stack_.back());
    stack_.pop_back();
    return {};
  }

  Done inline_image(QPDFTokenizer& tokenizer, const std::shared_ptr<InputSource>& input) {
    in_inline_ = false;
    std::array<char, 1> blank{};
    input->read(blank.data(), 1);  // the one byte after ID
    tokenizer.expectInlineImage(input);
    const QPDFTokenizer::Token token = tokenizer.readToken(input, "content", true);
    if (token.getType() != QPDFTokenizer::tt_inline_image) return {};
    std::string data = token.getValue();
    if (data.size() > kMaxInlineBytes) return {};
    const auto image = pdf::inline_image(qpdf_, inline_dictionary_, data);
    if (!image) return {};
    return add_image(*image, false, true);
  }

  QPDF& qpdf_;
  const std::string& shown_name_;
  PageContent content_;
  QPDFObjectHandle resources_;
  GraphicsState state_;
  std::vector<GraphicsState> stack_;
  CurrentPath path_;
  bool clip_pending_ = false;
  std::vector<bool> marked_;
  int optional_depth_ = 0;
  int form_depth_ = 0;
  std::size_t forms_ = 0;
  std::uint64_t content_bytes_ = 0;
  std::uint32_t order_ = 0;
  std::map<QPDFObjGen, std::size_t> font_places_;
  bool in_inline_ = false;
  std::string inline_dictionary_;
};

}  // namespace

Result<PageContent> walk_content(Document& document, QPDFObjectHandle page,
                                 const PageGeometry& geometry, const std::string& shown_name) {
  return inside_qpdf(shown_name, [&] {
    Walker walker(document, geometry, shown_name);
    return walker.walk(page);
  });
}

}  // namespace sogoc::pdf
