// A plugin on the bare C ABI that costs next to nothing: layers of resources with edges to the layer below, a far side
// that is always as the state says. What is measured with it is the engine.
#include <dfx/plugin.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using View = std::string_view;

View view(dfx_bytes b) { return {b.data, static_cast<std::size_t>(b.size)}; }

std::int32_t write(const dfx_sink* sink, View text) { return sink->write(sink, {text.data(), text.size()}); }

// The number behind `"key":`, anywhere in the text.
long number(View text, View key) {
  const std::size_t at = text.find(key);
  return at == View::npos ? 0 : std::strtol(std::string(text.substr(at + key.size(), 20)).c_str(), nullptr, 10);
}

// The raw JSON value that starts at `at`. The engine writes without white space.
View value_at(View text, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      else if (c == '"') quoted = false;
      continue;
    }
    if (depth == 0 && i > at && (c == ',' || c == '}')) return text.substr(at, i - at);
    quoted = c == '"';
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
  }
  return {};
}

struct Member {
  View value;
  std::size_t end = View::npos;
};

Member member(View text, View key, std::size_t from) {
  const std::size_t at = text.find(key, from);
  if (at == View::npos) return {};
  const View value = value_at(text, at + key.size());
  return {value, at + key.size() + value.size()};
}

void append_reference(std::string& out, View name) {
  out += R"({"$dfx":{"path":"/id","ref":"layered/layered.item/)";
  out += name;
  out += R"("}})";
}

// "n12" needs two of the layer before: nodes 100 and 99 earlier.
void append_resource(std::string& out, long i, long width, const std::string& payload) {
  const std::string name = "n" + std::to_string(i);
  out += R"({"resource":{"kind":"layered.item","name":")" + name + R"(","desired":{)";
  if (i >= width) {
    out += R"("a":)";
    append_reference(out, "n" + std::to_string(i - width));
    out += R"(,"b":)";
    append_reference(out, "n" + std::to_string(i - width + (i % width == width - 1 ? 1 - width : 1)));
    out += ',';
  }
  out += R"("n":)" + std::to_string(i) + R"(,"payload":")" + payload + "\"}}}\n";
}

std::int32_t expand(const dfx_provider*, const dfx_call* call) {
  const View request = view(call->request);
  const long count = number(request, R"("count":)"), width = number(request, R"("width":)");
  const std::string payload(static_cast<std::size_t>(number(request, R"("bytes":)")), 'x');
  std::string out;
  for (long i = 0; i < count; ++i) {
    append_resource(out, i, width, payload);
    if (out.size() < 1u << 16) continue;
    write(call->response, out);
    out.clear();
  }
  return write(call->response, out);
}

// What has an identity is there, exactly as it was sent; nothing else is.
std::int32_t read(const dfx_provider*, const dfx_call* call) {
  const View request = view(call->request);
  std::string out;
  std::size_t at = request.find(R"("items":[)");
  for (;;) {
    const Member address = member(request, R"({"address":)", at);
    if (address.end == View::npos) break;
    const Member identity = member(request, R"("identity":)", address.end);
    const Member desired = member(request, R"("desired":)", identity.end);
    const Member outputs = member(request, R"("outputs":)", desired.end);
    at = outputs.end;
    out += R"({"address":)";
    out += address.value;
    if (identity.value == "null") {
      out += R"(,"result":"absent"})";
    } else {
      out += R"(,"result":"present","owner":"mine","identity":)";
      out.append(identity.value).append(R"(,"observed":)").append(desired.value).append(R"(,"outputs":)").append(outputs.value);
      out += '}';
    }
    out += '\n';
    if (out.size() < 1u << 16) continue;
    write(call->response, out);
    out.clear();
  }
  return write(call->response, out);
}

std::int32_t apply(const dfx_provider*, const dfx_call* call) {
  const View address = member(view(call->request), R"("address":)", 0).value;
  std::string out = R"({"identity":)";
  out.append(address).append(R"(,"outputs":{"id":)").append(address).append("}}");
  return write(call->response, out);
}

std::int32_t unsupported(const dfx_provider*, const dfx_call*) { return DFX_UNSUPPORTED; }
void destroy(const dfx_provider*) {}
const void* no_extension(const dfx_provider*, const char*) { return nullptr; }

constexpr dfx_provider k_provider = {nullptr, &destroy,     &expand, &unsupported, &unsupported, &unsupported,
                                     &read,   &apply, &unsupported, &no_extension};

std::int32_t describe(const dfx_sink* sink) {
  return write(sink, R"({"manifest":1,"name":"layered","version":"1","abi_major":0,"summary":"resources in layers, for measuring",
"settings":{"type":"object","properties":{"count":{"type":"integer"},"width":{"type":"integer","default":100},
"bytes":{"type":"integer","default":256}}},
"kinds":[{"kind":"layered.item","weight_ms":1,"schema":{"type":"object","properties":{"a":{"type":"string"},
"b":{"type":"string"},"n":{"type":"integer"},"payload":{"type":"string"}}}}]})");
}

const dfx_provider* create(const dfx_host*) { return &k_provider; }

}  // namespace

extern "C" {
extern const dfx_plugin dfx_plugin_entry __attribute__((visibility("default")));
constinit const dfx_plugin dfx_plugin_entry = {DFX_MAGIC, DFX_ABI_MAJOR, DFX_ABI_MINOR, 0, "layered", "1", &describe, &create};
}
