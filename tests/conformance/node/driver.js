// Lets the official client for Node call actions: one JSON line in, one JSON line out.
//
// A line is null, and is answered with what the client has; or a call with endpoint, key, action and parameters, and is answered with the
// response as the client's model writes it, or with the error that the client raises. Field names are those of the API, both ways.

const readline = require("node:readline");
const package_ = require("@alicloud/cas20200407");
const { $OpenApiUtil } = require("@alicloud/openapi-core");
const { RuntimeOptions } = require("@darabonba/typescript");

const Client = package_.default;
const METHOD = "WithOptions";
const clients = new Map();

function modelOf(value) {
  return typeof value === "function" && typeof value.names === "function" ? value : undefined;
}

// Actions, each with its method; and each model with the names of its fields.
function described() {
  const methods = Object.getOwnPropertyNames(Client.prototype).filter((name) => name.endsWith(METHOD));
  const actions = methods.map((name) => [name[0].toUpperCase() + name.slice(1, -METHOD.length), name]);
  const models = Object.entries(package_).filter(([name, value]) => name !== "default" && modelOf(value));
  return {
    actions: Object.fromEntries(actions),
    fields: Object.fromEntries(models.map(([name, model]) => [name, Object.values(model.names())])),
  };
}

function clientFor({ endpoint, id, secret, token }) {
  const key = JSON.stringify([endpoint, id, secret, token]);
  if (!clients.has(key)) {
    const config = { endpoint, protocol: "HTTP", accessKeyId: id, accessKeySecret: secret, securityToken: token };
    clients.set(key, new Client(new $OpenApiUtil.Config(config)));
  }
  return clients.get(key);
}

// A model of parameters that have the names of the API. What it has no field for is a mistake.
function filled(Model, parameters) {
  const names = Object.entries(Model.names());
  const types = Model.types();
  const values = {};
  for (const [wire, value] of Object.entries(parameters)) {
    const found = names.find(([, name]) => name === wire);
    if (!found) throw new Error(`the client's ${Model.name} has no ${wire}`);
    values[found[0]] = inner(types[found[0]], value);
  }
  return new Model(values);
}

function inner(type, value) {
  if (type.type === "array" && modelOf(type.itemType)) return value.map((item) => filled(type.itemType, item));
  return modelOf(type) ? filled(type, value) : value;
}

// What the client makes a text of by itself is handed over as it is.
function packed(action, parameters) {
  const Shrunk = package_[`${action}ShrinkRequest`];
  if (!Shrunk) return parameters;
  const byItself = Object.entries(Shrunk.names()).filter(([field]) => field.endsWith("Shrink")).map(([, name]) => name);
  const entries = Object.entries(parameters);
  return Object.fromEntries(entries.map(([name, value]) => [name, byItself.includes(name) ? JSON.parse(value) : value]));
}

async function call({ key, action, parameters }) {
  const method = action[0].toLowerCase() + action.slice(1) + METHOD;
  const Request = package_[`${action}Request`];
  const requests = Request ? [filled(Request, packed(action, parameters))] : [];
  try {
    const response = await clientFor(key)[method](...requests, new RuntimeOptions({}));
    return { answer: response.body.toMap() };
  } catch (error) {
    if (!error.data && !error.requestId) throw error;
    const requestId = error.requestId || error.data.RequestId;
    return { refused: { code: error.code, message: error.message, requestId } };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let told;
    try {
      told = asked === null ? described() : await call(asked);
    } catch (error) {
      told = { failed: String(error.stack || error) };
    }
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
}

main();
