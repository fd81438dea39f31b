//! Rules about changes that no program notices: documentation, examples, sources of facts. And the rule for changes that no other rule covers.

rules! {
"docs-changed" / "docs-changed": None None Patch;
    "A text changed." "Only documentation and messages show it." "文字变更：仅影响文档与提示信息。";
"deprecation-changed" / "deprecation-changed": None None Patch;
    "The note of a deprecation changed." "The text of a warning changes." "弃用说明变更：警告的文字改变。";
"history-changed" / "history-changed": None None None;
    "The recorded history of an item changed." "It is a note for maintainers." "条目的历史记录变更：供维护者参考。";
"group-added-silent" / "group-removed-silent": None None None;
    "A group without an action in this API version was added." "It has no feature, and documentation does not list it." "新增分组，但此版本的接口无一属于它：没有对应的 feature，文档也不列出。";
"group-removed-silent" / "group-added-silent": None None None;
    "A group without an action in this API version was removed." "It had no feature, and documentation did not list it." "移除分组，但此版本的接口原本无一属于它：没有对应的 feature，文档也未列出。";
"example-added" / "example-removed": None None Patch;
    "An example was added." "Only documentation shows it." "新增示例：仅影响文档。";
"example-removed" / "example-added": None None Patch;
    "An example was removed." "Only documentation shows it." "移除示例：仅影响文档。";
"example-changed" / "example-changed": None None Patch;
    "An example changed." "Only documentation shows it." "示例变更：仅影响文档。";
"defect-added" / "defect-removed": None None Patch;
    "A defect of the documents was recorded." "Only documentation shows it." "新增文档缺陷记录：仅影响文档。";
"defect-removed" / "defect-added": None None Patch;
    "A defect of the documents is no longer listed." "Only documentation shows it." "移除文档缺陷记录：仅影响文档。";
"defect-changed" / "defect-changed": None None Patch;
    "The record of a defect of the documents changed." "Only documentation shows it." "文档缺陷记录变更：仅影响文档。";
"became-documented" / "became-undocumented": None None Patch;
    "A document now describes what only other sources showed." "It can be relied on." "原先只见于其他来源的内容有了文档：可以依赖。";
"became-undocumented" / "became-documented": None None Patch;
    "No document describes it any more." "It may disappear without notice." "不再有文档描述：可能随时消失。";
"provenance-changed" / "provenance-changed": None None None;
    "A fact has another source." "It is a note for maintainers." "事实来源变更：供维护者参考。";
"source-added" / "source-removed": None None None;
    "A document or another source was added." "It is a note for maintainers." "新增来源：供维护者参考。";
"source-removed" / "source-added": None None None;
    "A document or another source was removed." "It is a note for maintainers." "移除来源：供维护者参考。";
"source-changed" / "source-changed": None None None;
    "The details of a document or another source changed." "It is a note for maintainers." "来源信息变更：供维护者参考。";
}

/// Changes that no other rule covers: every change is reported.
pub(super) const UNCLASSIFIED: ChangeRule = ChangeRule {
    id: "unclassified-change",
    mirror: "unclassified-change",
    wire: Level::Dangerous,
    source: Level::Dangerous,
    bump: Bump::Minor,
    title: "Something that no rule covers changed.",
    why: "It may matter. Check it, and add a rule for it.",
    zh: "没有规则涵盖的变更：可能有影响，请检查并补充规则。",
};
