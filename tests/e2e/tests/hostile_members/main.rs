//! What a member with a hand-made client tries: a volunteer, a coordinator, one who was put out, one of another
//! programme. One file an area. Each story is first seen to find what it looks for.

mod authority;
