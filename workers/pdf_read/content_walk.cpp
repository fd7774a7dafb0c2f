#include "workers/pdf_read/content_walk.hpp"

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include <qpdf/BufferInputSource.hh>
#include <qpdf/QPDFTokenizer.hh>

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

using Rgb = std::array<double, 3>;

struct Operand {
  enum class Kind : std::uint8_t { number, name, string, other } kind = Kind::other;
  double number = 0;
  std::string text;          // name with its slash; bytes of a string
  std::size_t length = 0;    // of a string
};

struct State {
  Affine ctm;
  Clip clip;
  std::optional<Rgb> fill = Rgb{0, 0, 0};
  std::optional<Rgb> stroke = Rgb{0, 0, 0};
  std::string fill_space = "/DeviceGray";
  std::string stroke_space = "/DeviceGray";
  int text_mode = 0;
  bool plain = true;
  QPDFObjectHandle font;
};

Rgb from_cmyk(double c, double m, double y, double k) {
  return {(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)};
}

const std::map<std::string, std::string>& long_keys() {
  static const std::map<std::string, std::string> keys = {
      {"/BPC", "/BitsPerComponent"}, {"/CS", "/ColorSpace"}, {"/D", "/Decode"},
      {"/DP", "/DecodeParms"},       {"/F", "/Filter"},      {"/H", "/Height"},
      {"/IM", "/ImageMask"},         {"/I", "/Interpolate"}, {"/W", "/Width"},
      {"/L", "/Length"}};
  return keys;
}

QPDFObjectHandle long_names(QPDFObjectHandle value, bool filter) {
  static const std::map<std::string, std::string> filters = {
      {"/AHx", "/ASCIIHexDecode"}, {"/A85", "/ASCII85Decode"}, {"/LZW", "/LZWDecode"},
      {"/Fl", "/FlateDecode"},     {"/RL", "/RunLengthDecode"}, {"/CCF", "/CCITTFaxDecode"},
      {"/DCT", "/DCTDecode"}};
  static const std::map<std::string, std::string> spaces = {
      {"/G", "/DeviceGray"}, {"/RGB", "/DeviceRGB"}, {"/CMYK", "/DeviceCMYK"}, {"/I", "/Indexed"}};
  const auto& names = filter ? filters : spaces;
  if (value.isName()) {
    const auto found = names.find(value.getName());
    return found == names.end() ? value : QPDFObjectHandle::newName(found->second);
  }
  if (!value.isArray()) return value;
  QPDFObjectHandle array = QPDFObjectHandle::newArray();
  for (int i = 0; i < std::min(value.getArrayNItems(), 16); ++i) {
    QPDFObjectHandle item = value.getArrayItem(i);
    array.appendItem(item.isName() ? long_names(item, filter) : item);
  }
  return array;
}

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
    std::vector<Operand> operands;
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
      if (operands.size() < kMaxOperands) operands.push_back(operand(type, token));
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

  static Operand operand(QPDFTokenizer::token_type_e type, const QPDFTokenizer::Token& token) {
    Operand operand;
    switch (type) {
      case QPDFTokenizer::tt_integer:
      case QPDFTokenizer::tt_real: {
        operand.kind = Operand::Kind::number;
        const double value = std::strtod(token.getValue().c_str(), nullptr);
        operand.number = std::isfinite(value) ? std::clamp(value, -1e9, 1e9) : 0;
        break;
      }
      case QPDFTokenizer::tt_name:
        operand.kind = Operand::Kind::name;
        operand.text = token.getValue();
        break;
      case QPDFTokenizer::tt_string:
        operand.kind = Operand::Kind::string;
        operand.length = token.getValue().size();
        operand.text = token.getValue();
        break;
      default: break;
    }
    return operand;
  }
  // Strings of an endless TJ array are still counted.
  static Operand joined(Operand last, const QPDFTokenizer::Token& token) {
    last.length = (last.kind == Operand::Kind::string ? last.length : 0) + token.getValue().size();
    last.kind = Operand::Kind::string;
    return last;
  }

  // The last `count` operands when all are numbers.
  template <std::size_t count>
  static std::optional<std::array<double, count>> numbers(const std::vector<Operand>& operands) {
    if (operands.size() < count) return std::nullopt;
    std::array<double, count> values{};
    for (std::size_t i = 0; i < count; ++i) {
      const Operand& operand = operands[operands.size() - count + i];
      if (operand.kind != Operand::Kind::number) return std::nullopt;
      values[i] = operand.number;
    }
    return values;
  }
  static std::string last_name(const std::vector<Operand>& operands) {
    return !operands.empty() && operands.back().kind == Operand::Kind::name ? operands.back().text
                                                                            : std::string();
  }

  QPDFObjectHandle resource(const std::string& category, const std::string& name) {
    if (!resources_.isInitialized() || !resources_.isDictionary() || name.empty())
      return QPDFObjectHandle::newNull();
    QPDFObjectHandle all = resources_.getKey(category);
    return all.isDictionary() ? all.getKey(name) : QPDFObjectHandle::newNull();
  }

  Done perform(const std::string& op, const std::vector<Operand>& operands, std::size_t bottom) {
    using Action = std::function<Done(Walker&, const std::vector<Operand>&, std::size_t)>;
    static const std::unordered_map<std::string, Action> actions = [] {
      std::unordered_map<std::string, Action> table;
      const auto plain = [&table](const char* name,
                                  void (Walker::*method)(const std::vector<Operand>&)) {
        table[name] = [method](Walker& w, const std::vector<Operand>& o, std::size_t) -> Done {
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
      for (const char* colour : {"g", "rg", "k", "sc", "scn", "cs"})
        table[colour] = [colour](Walker& w, const auto& o, std::size_t) -> Done {
          w.set_colour(colour, o, w.state_.fill, w.state_.fill_space);
          return {};
        };
      for (const char* colour : {"G", "RG", "K", "SC", "SCN", "CS"})
        table[colour] = [colour](Walker& w, const auto& o, std::size_t) -> Done {
          w.set_colour(colour, o, w.state_.stroke, w.state_.stroke_space);
          return {};
        };
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

  void concatenate(const std::vector<Operand>& operands) {
    if (const auto m = numbers<6>(operands)) state_.ctm = from_pdf_matrix(*m).then(state_.ctm);
  }

  void graphics_state(const std::vector<Operand>& operands) {
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

  void set_font(const std::vector<Operand>& operands) {
    if (operands.size() < 2) return;
    state_.font = resource("/Font", operands[operands.size() - 2].text);
  }
  void set_text_mode(const std::vector<Operand>& operands) {
    if (const auto mode = numbers<1>(operands)) state_.text_mode = static_cast<int>((*mode)[0]);
  }

  void show_text(const std::vector<Operand>& operands) {
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
    if (visible) note_space(state_.fill_space);
    if (visible) note_codes(operands);
  }

  void note_codes(const std::vector<Operand>& operands) {
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

  void line_to(const std::vector<Operand>& operands) {
    if (const auto p = numbers<2>(operands)) add_point((*p)[0], (*p)[1]);
    path_is_rectangle_ = false;
  }
  void curve_to(const std::vector<Operand>& operands) {
    if (const auto p = numbers<4>(operands)) {
      add_point((*p)[0], (*p)[1]);
      add_point((*p)[2], (*p)[3]);
    }
    if (const auto p = numbers<6>(operands)) add_point((*p)[0], (*p)[1]);
    path_is_rectangle_ = false;
  }
  void rectangle(const std::vector<Operand>& operands) {
    const auto r = numbers<4>(operands);
    if (!r) return;
    path_is_rectangle_ = !path_;  // one alone, and upright in user space
    const bool upright = (state_.ctm.xy == 0 && state_.ctm.yx == 0) ||
                         (state_.ctm.xx == 0 && state_.ctm.yy == 0);
    path_is_rectangle_ = path_is_rectangle_ && upright;
    add_point((*r)[0], (*r)[1]);
    add_point((*r)[0] + (*r)[2], (*r)[1] + (*r)[3]);
    add_point((*r)[0], (*r)[1] + (*r)[3]);
    add_point((*r)[0] + (*r)[2], (*r)[1]);
  }
  void add_point(double x, double y) {
    const PointPx p = state_.ctm.apply(PointPx{x, y});
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) return;
    if (!path_) {
      path_ = Rect{p.x, p.y, p.x, p.y};
      return;
    }
    path_->left = std::min(path_->left, p.x);
    path_->right = std::max(path_->right, p.x);
    path_->bottom = std::min(path_->bottom, p.y);
    path_->top = std::max(path_->top, p.y);
  }
  void clip_next(const std::vector<Operand>&) { clip_pending_ = true; }
  void end_path(const std::vector<Operand>&) {
    if (clip_pending_) {
      const Rect box = path_.value_or(Rect{});
      state_.clip.box = intersection(state_.clip.box, box);
      state_.clip.exact = state_.clip.exact && path_is_rectangle_;
    }
    clip_pending_ = false;
    path_is_rectangle_ = false;
    path_.reset();
  }
  void paint(double grow, const std::optional<Rgb>& colour, const std::string& space) {
    note_space(space);
    if (!colour) content_.has_patterns = true;
    if (path_) {
      Rect box = *path_;  // a line has no area of its own
      box = {box.left - grow, box.bottom - grow, box.right + grow, box.top + grow};
      box = intersection(box, state_.clip.box);
      const bool white =
          colour && (*colour)[0] > 0.99 && (*colour)[1] > 0.99 && (*colour)[2] > 0.99;
      if (!box.empty() && content_.paths.size() < kMaxEvents)
        content_.paths.push_back({++order_, box, white});
    }
    end_path({});
  }
  void fill_path(const std::vector<Operand>&) { paint(0.01, state_.fill, state_.fill_space); }
  void stroke_path(const std::vector<Operand>&) {
    paint(0.25, state_.stroke, state_.stroke_space);
  }
  void shade(const std::vector<Operand>&) {
    content_.has_patterns = true;
    path_ = state_.clip.box;
    paint(0, std::nullopt, "/Shading");
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

  void set_colour(const std::string& op, const std::vector<Operand>& operands,
                  std::optional<Rgb>& colour, std::string& space) {
    if (op == "g" || op == "G") {
      space = "/DeviceGray";
      if (const auto v = numbers<1>(operands)) colour = Rgb{(*v)[0], (*v)[0], (*v)[0]};
    } else if (op == "rg" || op == "RG") {
      space = "/DeviceRGB";
      if (const auto v = numbers<3>(operands)) colour = Rgb{(*v)[0], (*v)[1], (*v)[2]};
    } else if (op == "k" || op == "K") {
      space = "/DeviceCMYK";
      if (const auto v = numbers<4>(operands))
        colour = from_cmyk((*v)[0], (*v)[1], (*v)[2], (*v)[3]);
    } else if (op == "cs" || op == "CS") {
      space = family_of(last_name(operands));
      colour = Rgb{0, 0, 0};
    } else {  // sc, scn: by the count of numbers; other families give no colour we can name
      const bool named = space == "/DeviceGray" || space == "/DeviceRGB" ||
                         space == "/DeviceCMYK" || space == "/CalGray" || space == "/CalRGB" ||
                         space.rfind("/ICCBased", 0) == 0;
      const auto one = numbers<1>(operands);
      const auto three = numbers<3>(operands);
      const auto four = numbers<4>(operands);
      if (!named) colour.reset();
      else if (operands.size() == 1 && one) colour = Rgb{(*one)[0], (*one)[0], (*one)[0]};
      else if (operands.size() == 3 && three) colour = Rgb{(*three)[0], (*three)[1], (*three)[2]};
      else if (operands.size() == 4 && four)
        colour = from_cmyk((*four)[0], (*four)[1], (*four)[2], (*four)[3]);
      else colour.reset();
    }
  }

  // Marked content: what stands inside optional content may be switched off.
  void begin_marked(const std::vector<Operand>& operands) {
    const bool optional = !operands.empty() && operands.front().kind == Operand::Kind::name &&
                          operands.front().text == "/OC";
    if (marked_.size() < 10'000) marked_.push_back(optional);
    if (optional) {
      ++optional_depth_;
      content_.has_optional_content = true;
    }
  }
  void end_marked(const std::vector<Operand>&) {
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
    content_.images.push_back({stream, resources_, state_.ctm, state_.clip, state_.fill,
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
      const bool upright = (state_.ctm.xy == 0 && state_.ctm.yx == 0) ||
                           (state_.ctm.xx == 0 && state_.ctm.yy == 0);
      state_.clip.box = intersection(state_.clip.box, bounds(state_.ctm, *box));
      state_.clip.exact = state_.clip.exact && upright;
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
    QPDFObjectHandle abbreviated;
    try {
      abbreviated = QPDFObjectHandle::parse(&qpdf_, inline_dictionary_ + " >>");
    } catch (const std::exception&) {
      return {};
    }
    if (!abbreviated.isDictionary()) return {};
    QPDFObjectHandle image = QPDFObjectHandle::newStream(&qpdf_, data);
    QPDFObjectHandle dictionary = image.getDict();
    for (const std::string& key : abbreviated.getKeys()) {
      const auto found = long_keys().find(key);
      const std::string& name = found == long_keys().end() ? key : found->second;
      if (name == "/Length") continue;
      QPDFObjectHandle value = abbreviated.getKey(key);
      if (name == "/Filter") value = long_names(value, true);
      if (name == "/ColorSpace") value = long_names(value, false);
      dictionary.replaceKey(name, value);
    }
    dictionary.replaceKey("/Subtype", QPDFObjectHandle::newName("/Image"));
    return add_image(image, false, true);
  }

  QPDF& qpdf_;
  const std::string& shown_name_;
  PageContent content_;
  QPDFObjectHandle resources_;
  State state_;
  std::vector<State> stack_;
  std::optional<Rect> path_;
  bool path_is_rectangle_ = false;
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
