//! Rules about groups of actions. Each group with an action is a cargo feature, so what breaks is the list of features in a program's
//! `Cargo.toml`, or a program that has only some of them on.

rules! {
"group-added" / "group-removed": None Compatible Minor;
    "A group of actions was added." "It has a cargo feature, which the feature of the API version turns on. Programs may name it." "新增接口分组：有对应的 cargo feature，整个版本的 feature 也会启用它，程序可单独启用。";
"group-removed" / "group-added": None Breaking Major;
    "A group of actions was removed." "Cargo refuses programs that name its feature. Name the features of the groups that its actions belong to now." "移除接口分组：Cargo 会拒绝仍写有其 feature 的程序；请改写其接口现在所属分组的 feature。";
"group-dependency-added" / "group-dependency-removed": None Compatible Minor;
    "The feature of a group turns on one more feature." "More is compiled. Nothing has to be done." "分组的 feature 会多启用一个 feature：编译的内容更多，无需处理。";
"group-dependency-removed" / "group-dependency-added": None Breaking Major;
    "The feature of a group no longer turns on another feature." "Programs that name only the group lose the actions of the other feature. Name both features." "分组的 feature 不再启用另一个 feature：只写有该分组的程序会失去后者的接口；请同时写上两个 feature。";
"action-group-added" / "action-group-removed": None Compatible Minor;
    "An action without a group belongs to a group." "The feature of the API version still turns it on. Programs may name that of the group alone." "原先没有分组的接口归入分组：整个版本的 feature 仍会启用它，程序可只写该分组的 feature。";
"action-group-removed" / "action-group-added": None Breaking Major;
    "An action no longer belongs to a group." "Programs that name only the group's feature lose its method and types. Name the feature of the API version." "接口不再属于任何分组：只写有原分组 feature 的程序会失去其方法与类型；请写上整个版本的 feature。";
"action-group-changed" / "action-group-changed": None Breaking Major;
    "An action belongs to another group." "Programs that name only the old group's feature lose its method and types. Name the new group's feature too." "接口改属另一分组：只写有原分组 feature 的程序会失去其方法与类型；请同时写上新分组的 feature。";
}
