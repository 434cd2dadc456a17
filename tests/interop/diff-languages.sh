# The built-in drivers of each language: what heads a hunk, what a word is.
# Each line of a sample stands before a line that changes, so that every line is
# asked about; the samples are true lines of the languages and damaged ones.
#: cells sha1-files
#: end no
"$GIT" init -q .
sample() { # the lines of standard input, each before "same <number> $1"
    awk -v word="$1" '{ print; print "@@"; print "~~" NR " " word; print "@@" }'
}
spaced() { # each word of standard input, a blank put in at every place
    awk -v apart="$1" '{ n = split($0, c, ""); for (i = 2; i <= n; i++) {
        a = ""; for (j = 1; j <= n; j++)
            a = a (apart && j == i ? " " : "") c[j];
        print a; print "@@@@"; print "" } }'
}
echo "ada.x diff=ada" >>.gitattributes
echo "bash.x diff=bash" >>.gitattributes
echo "bibtex.x diff=bibtex" >>.gitattributes
echo "cpp.x diff=cpp" >>.gitattributes
echo "csharp.x diff=csharp" >>.gitattributes
echo "css.x diff=css" >>.gitattributes
echo "dts.x diff=dts" >>.gitattributes
echo "elixir.x diff=elixir" >>.gitattributes
echo "fortran.x diff=fortran" >>.gitattributes
echo "fountain.x diff=fountain" >>.gitattributes
echo "golang.x diff=golang" >>.gitattributes
echo "html.x diff=html" >>.gitattributes
echo "java.x diff=java" >>.gitattributes
echo "kotlin.x diff=kotlin" >>.gitattributes
echo "markdown.x diff=markdown" >>.gitattributes
echo "matlab.x diff=matlab" >>.gitattributes
echo "objc.x diff=objc" >>.gitattributes
echo "pascal.x diff=pascal" >>.gitattributes
echo "perl.x diff=perl" >>.gitattributes
echo "php.x diff=php" >>.gitattributes
echo "python.x diff=python" >>.gitattributes
echo "ruby.x diff=ruby" >>.gitattributes
echo "rust.x diff=rust" >>.gitattributes
echo "scheme.x diff=scheme" >>.gitattributes
echo "tex.x diff=tex" >>.gitattributes
mkdir lines
cat >lines/ada <<'END'
procedure Foo is
function Bar (X : Integer) return Integer is
package body Pkg is
package Pkg is
   procedure Inner;
   function Inner return Boolean;
task type T is
task body T is
protected type P is
protected body P is
generic
with Ada.Text_IO; use Ada.Text_IO;
type Rec is record
overriding procedure Foo is
PROCEDURE UPPER IS
Procedure Mixed
   begin
end Foo;
if X then
-- procedure comment
procedure Foo renames Bar;
package Foo is new Bar;
function "+" (A, B : T) return T;
separate (X)
procedure
  package
task
protected
task Foo
   task body Foo is new X
entry Foo (X : in Integer);
private
subtype X is Y;
function Foo is abstract;
function Foo is separate;
package is new thing
procedure foo is separate
  type T is tagged
  protected Foo is
PACKAGE BODY pKG IS
abstract package body Pkg is
protecth Ada.Text_IO; use Ada.Text_IO;
   type T is tagged
FUNCTION bAR (x : iNTEGER) RETURN iNTEGER IS
subtype X is Ycted body P is
private$
WITH aDA.tEXT_io; USE aDA.tEXT_io;
type Rec is rx ecord
se<T> parate (X)
i[f X then
protected type P is
Procedure M
protected body P is{
procedure Foo renames Bar;nction "+" (A, B : T) return T;
éentry Foo (X : in Integer);
procedure  Foo renames Bar;
function Bar (X : Intege+r) return Integer is
   BEGIN
final package Foo is new Bar;
TASK TYPE t IS
function  "+" (A, B : T) return T;
age Pkg is
tasoo
protected body P is'
procedu: re Foo renames Bar;
funct // cion Bar (X : Integer) return Integer is
protected type P is #x
protected boderriding procedure Foo is
task Fotask body Foo is new X
1task Foo
ocedure Foo is
package Foo is new Bar;begin
  package
function  Foo is abstract;
[Procedure Mixed
package Foo is new Bar;<T> 
  package  
function  Foo is separate;
pack
END
cat >lines/bash <<'END'
foo() {
foo ()
foo () { echo; }
function foo {
function foo() {
function foo
function foo ( )
  foo() {
	bar() (
foo() ((
foo() [[ -z $x ]]
foo() if true
foo()
foo-bar() {
foo_bar() {
function foo-bar {
function foo.bar() {
1foo() {
_foo() {
echo foo
if foo; then
for i in x; do
foo = bar
export FOO=bar
case x in
function  foo  {
function foo(
foo( ){
foo(){
foo(x) {
functionfoo() {
 function foo [[
function foo ((
function foo (
foo () # comment
foo(){ # c
foo() < file
foo() while true
foo   (   )   {
#foo() {
time foo() {
function foo() ( bar
function foo { # comment
function foo}
function foo;
 foo ( ) (
foo() whileA true
 foo ( ) ( #x
f < file
foo() iff true
foo({
functionfoo() { {
 function foo[[
_y foo(){
foo() [[ -z $x| ]]
fu: nction foo (
éfoo ()
foo() < f_y ile
o; }
foif true
 f<T> oo ( ) (
function  foo { # comment
FOO() {
function  foo
foofunction foo}
function foo}async 
foo()
!foo_bar() {
#fooo}
function   foo  {
ftion foo ( )
final foo() < file
fo	o(){
  foo ( ) (
	case x in
x foo(){
   foo() {
async foo(){
foo  ()
foo () # comm{
funcn foo {
for i in x; do1
functiooo
foo()() (
  FOO() {
function foo.bar() {.
END
cat >lines/bibtex <<'END'
@article{key,
@Book{key,
@string{foo = "bar"}
  @inproceedings{x,
@ article{x,
@article {x,
@article(key,
@comment{foo}
author = "X"
}
@article
@misc{
@1abc{x
@ARTICLE{K2008,
 @a { x
@a-b{x
@article { key , title
@article{key
@article{ key
@article{key}
@article{a b,
@ article{xx
@1abcmisc{
  @inprocegs{x,
   @inproceedings{x,
  @inproceecomment{foo}
x }
@article{keyment{foo}
$@article
@artic { key , title
edings{x,
@article{a b,_y 
@article { key , title ;
	@article
@Book{ke.y,
 /* c  @inproceedings{x,
@a-bceedings{x,
author = "X" b,
!@misc{
@ARTIC2008,
@misc{[
@}
@artrticle
@article
 @a { x&
author  = "X"
@string{foo = "ba
@string{foo  = "bar"}
@article{ kex,
@artile
  @inproceedings}
+@ article{x,
   @inproceedings{x,
@a1rticle{ key
@COMMENT{FOO}
@article {x,
@1a
@articlabstract e
@ARTICLE{article(key,
author = "X"# 
@ARTICLE{Krticle{ key
END
cat >lines/cpp <<'END'
int foo(int x)
static int foo(int x)
void foo()
foo(int x)
struct foo {
class Foo {
class Foo : public Bar
enum e {
union u {
namespace x {
template <class T>
template<typename T> void f(T t)
int Foo::bar()
Foo::Foo()
Foo::~Foo()
public:
private:
protected:
  int indented(void)
	return x;
label:
 label:
default:
case 1:
#define X
#include <x>
int x = 3;
int x;
int array[3] = {
extern "C" {
typedef struct {
typedef int x;
static const char *foo = "x";
char *foo(void)
char * foo (void)
unsigned long long f(void) {
operator int()
Foo& operator=(const Foo& x)
bool operator==(A a, B b)
__attribute__((x)) int f()
[[nodiscard]] int f()
FOO(bar)
FOO(bar);
foo(bar);
int foo(int x);
extern int foo(int x);
// comment
/* comment */
 * comment
}
};
) {
{
"string"
0x123
_foo(int)
::foo()
::std::string foo()
~Foo()
std::vector<int> f()
auto f() -> int
auto x = 3;
goto foo;
return foo();
if (x)
else
for (;;)
while (x)
do {
switch (x) {
struct foo bar = {
struct foo;
struct foo *f(void)
using namespace std;
using x = y;
foo:
foo_bar:
Foo::Bar:
A::B::C f();
int (*fp)(int);
int main() { return 0; }
inline void f() const override
constexpr int x = 3;
static_assert(x);
virtual void f() = 0;
explicit Foo(int x);
int f() ;
x::y
x
x y
foo bar baz
_ZN3foo
$foo
@interface Foo
int foo:
foo: bar
foo : bar
foo :
foo:bar
foo::
&foo
*foo
(foo)
<foo
struct { int x; } y;
 class Foo {
	class Foo {
 namespace {
class A;
union x y;
enum class E : int {
int a, b
int foo() // c;
int foo() { bar; }
x = 5
a[3]
void f(int a,
     int b)
foo <bar>
foo.bar
foo->bar
foo, bar
foo;bar
template;
struct a { int b; };
foo foo;
foor>
-struct foo bar = {
tplate;
  label:
Foo::~Foo()
STATIC_ASSERT(X);
xFoo {
char * foo (voidpublic:
!int x = 3;
foo-ar
 {foo::
bool operator==(A a, B b foo() // c;
éx
while  (x)
<fopub o
" class Foo {
i.nt f() ;
auto f() -> intabstract 
inline void f() nst override
[char *foo(void)
@interface Foo]
foo.barstatic 
template<typename T>  /* cvoid f(T t)
usingamespace std;
 x
usi x = y;
int main() 
/* }comment */
goto  foo;
ace x {
A_ZN3foo
virtual void f() = 0
bool operat/or==(A a, B b)
int (*fp)(int);,
struct foo {$
static coo(int x);
// coment
struct { int x; }u {
lint foo:
END
cat >lines/csharp <<'END'
class Foo
public class Foo : Bar
public static void Main(string[] args)
private int Foo()
int Foo()
void Foo();
namespace Foo.Bar
namespace Foo {
public int Foo { get; set; }
public int Foo
interface IFoo
struct Foo
enum Foo
delegate void Foo();
return Foo();
new Foo();
if (x)
while (x)
do
else
for (int i
foreach (var x in y)
try
catch (Exception e)
finally
using (x)
using System;
lock (x)
switch (x)
throw new X();
await Foo();
yield return x;
unsafe {
fixed (x)
var x = Foo();
Foo();
Foo(x);
Foo.Bar(x);
public async Task<int> Foo()
[Attribute]
public Foo()
~Foo()
public static Foo operator +(Foo a, Foo b)
internal sealed class Foo
public abstract void Foo();
public override string ToString() => "x";
protected virtual void Foo(int a,
    public void Indented()
	private static readonly int x = 3;
public int this[int i]
public event EventHandler Foo;
public const int X = 1;
case 1:
default:
record Foo(int x);
public record Foo
partial class Foo
static class Foo
public partial class Foo<T> where T : X
List<int> Foo(int x)
Dictionary<string, int> Foo(int x) {
int[] Foo()
string? Foo()
(int, int) Foo()
Foo Bar
Foo Bar {
Foo Bar = x
Foo Bar;
x.y(z)
// comment foo()
/* foo() */
{ 
}
is foo()
in foo(x)
throw foo()
checked {
goto foo;
#region Foo
public int X => 3;
public required int X
public extern void Foo();
private protected void Foo()
async Foo()
await using (x)
break;
continue;
int x = 3;
int x
Foo(
Foo Bar(
 Foo Bar(int
public void Foo() { return; }
readonly struct X
ref struct X
global using X;
public static implicit operator int(Foo x)
LOCK (X)
Foo Bar('
Foo.Bar(x); sealed class Foo
\void Foo();
#re9 gion Foo
pu// blic record Foo
pub break;
public int 	Foo
throw foo(){
async  Foo()
unsafe {<T> 
{ 
switch (.x)
public void Foo() { rurn; }
record Foo(int x)
public extern void Foo();{
namile (x)
 // c(int, int) Foo()
CASE 1:
}async 
private protected void Foo(
try,
public int Foo { { get; set; }
  Foo Bar(int
p #xublic int Foo { get; set; }
unsafe 
For
	privat*e static readonly int x = 3;
public  int Foo { get; set; }
in foo(x)async 
#regiono
[Attribute]
await using ( IFoo
interfaception e)
publit foo()
switch (x)// 
interface .IFoo
unsafe {= 
public extern void Foo();= 
namespace  Foo.Bar
END
cat >lines/css <<'END'
body {
.foo {
#foo {
a:hover {
  color: red;
  color: red
@media screen {
@import url(x);
.foo, .bar {
.foo,
}
* {
a > b {
/* comment */
  .nested {
--var: 1px;
:root {
::selection {
[data-x] {
.a .b
foo:bar;
foo:bar
_x {
$var: 1;
@include foo;
{
  margin: 0;
a
a;
a{b:c}
a { b: c; }
/* foo
foo */
-webkit-x: y;
@font-face
1abc
%foo {
&:hover {
a b;
a:b c
  a
	@media
html,body{
}foo
}.foo {
 foo:
foo: ;
htmody{
.foo, .bar {::
!_x {
::selecti // con {
/* 
%f:b c
/* foo= 
a;b;
@fnt-face
a:hover  {
html,body{
#   .nested {
a { b: c; }+
.foo  {
@media  screen {
fcolor: red;
x {
*abstract  {
9 #foo {
  a
fo]o: ;
&:hover {
  co red;
a{b:c /* c}
.pub foo,
.foo,|
%foo {@
 . a
@media screen {// 
a{b:c}::
de foo;
%foo  {
1abc
.a  .b
// /* foo
&:hover {
A { B: C; }
END
cat >lines/dts <<'END'
/ {
/dts-v1/;
node {
node@0 {
label: node@0 {
&label {
&{/path} {
	child {
	child@1,0 {
	prop = <1>;
	prop;
	prop = "x",
	<1 2>;
/include/ "x"
#include <x>
#define X
};
	label: child {
	reg = <0x0>;
	a,b = <1>;
	l1: l2: node {
/* c */
// c
node {};
node { prop; };
/delete-node/ &foo;
/memreserve/ 0 1;
&foo
foo
foo:
foo: bar
foo@1
&foo { };
	interrupts = <1
		2>;
/ { foo;
 / {
{
}
	#address-cells = <1>;
foo_bar {
foo-bar {
foo.bar {
foo,bar {
foo+bar {
1foo {
_foo {
&foo{
&foo	{
&{/a/b@c} {
FOO(x) {
foo /* c */ {
foo { /* c */
foo { // c
/{
&foo @x {
?foo-bar {
_y foo
foo /* c */ {  
/* c : */
{
foo_bar] {
	#address-celo	{
	label:] child {
foo,bar {x 
}node {
?foo:
no_y de {};
foo_bar {# 
{#define X
};
&fo #xo	{
	#address-cells//  = <1>;
foo /* c */ {	
/ {: 
/mem ;reserve/ 0 1;
FOO(x) { ;
/memreserve/ 0 1;%
	/ {
	label: c};
{$
foo
labe0 {
&fo @x {
&foo|
	a,b = &<1>;
&{/]a/b@c} {
	l1:  l2: node {
	reg0x0>;
 /* cnode { prop; };
2>;
fo {
: 	<1 2>;
foo_bar  {
/memreserve/  0 1;
NODE {};
END
cat >lines/elixir <<'END'
defmodule Foo do
def foo(x) do
defp foo do
  def foo, do: :ok
defmacro foo do
defmacrop foo
defimpl Foo, for: Bar do
defprotocol Foo do
defstruct [:a]
defexception [:x]
defdelegate foo(x), to: X
defguard is_foo(x)
defguardp x
defoverridable x
test "foo" do
describe "foo" do
setup do
  test "x"
describe
defx foo
def
defmodule
defn foo do
@doc "x"
@moduledoc """
use Foo
import Foo
end
if x do
defmodulefoo
 def(foo) do
deftest foo
tests x
test(x)
# def foo
deff
defcallback x
defrecord X
defmacrocallback
 #xdef foo(x) do
dardp x
it Foo
defguardp x!
defmacrocallback
import  x
df
DEFMACROCALLBACK
defoverri
9 deftest foo
test "foo" dule Foo do
def	
setu
def foo(x) do.
defimpl = Foo, for: Bar do
d]efmacrop foo
defguard  is_foo(x)
use Foo[
defp fdo
 def(f]oo) do
@oc "x"
defprotocest foo
defn foo do #x
defmodulefoo::
i x do
defstfoo
defdelegate foo(x), to: X<T> 
if o
"tests x
pub defmacro foo do
%defmodulefoo
deffdo
  test "
uup do
defrecord XFoo do
defmodule Fefcallback x
defmacro  foo do
set&up do
use Fooasync 
defexception  [:x]
END
cat >lines/fortran <<'END'
program foo
subroutine foo(x)
  subroutine foo
function foo(x)
integer function foo(x)
real*8 function foo(x)
module foo
module procedure foo
block data foo
block data
end subroutine
end function foo
c subroutine foo
C function foo
! subroutine foo
* subroutine foo
      SUBROUTINE FOO
      REAL FUNCTION FOO(X)
pure function foo
elemental subroutine foo
recursive function foo
character(len=*) function foo
type foo
interface
call foo
double precision function foo
double complex function foo
logical function foo
complex function foo
integer*4 function foo
integer(kind=4) function foo
recursive subroutine x
impure elemental function x
"function foo"
x = function(foo)
submodule (a) b
end module
endmodule foo
endsubroutine
moduleprocedure x
program
module
subroutine
real(8), pure function f
type(foo) function bar
class(foo) function bar
character*10 function foo
CHARACTER*(*) FUNCTION FOO
integer foo
function
'string function x'
1 function foo
non_recursive function f
block data x
blockdata x
module  foo
program  foo bar
c program foo
d program foo
* program
  ! program
cprogram foo
* program]
blockdata x*
\subroutine foo(x)
endmodule  foo
d prtine foo
1 function foopub 
 integer(kind=4) function foo
doublcomplex function foo
non_recursive function f&
recursivstatic e subroutine x
!  ! program
ca foo
   SUBROUTINE FOO
async cprogram foo
logical function foo'
subm[odule (a) b
* SUBROUTINE FOO
recace
'string ar
modul(a) b
block data fooutine
subtine
end sub'routine
integer function foo(x)?
prograoo
class(foo) function bar /* c
recursivesubroutine x
block  data foo
type fooasync 
double pecision function foo
class(foo) function bar<T> 
"functi/on foo"
logical function#  foo
	moduleprocedure x
block data foo
integer foo+
double complex function fooasync 
callé foo
rm
type oo
END
cat >lines/fountain <<'END'
INT. HOUSE - DAY
EXT. HOUSE
INT HOUSE
.FORCED HEADING
..NOT FORCED
# Section
## Sub
int. lower
EST. X
I/E. CAR
INT./EXT. CAR
INT/EXT CAR
I/E CAR
CHARACTER
(parenthetical)
> TRANSITION:
= synopsis
@char
~lyrics
  INT. indented
INTERIOR
INTx
.a
. x
.
#x
 # x
int
ext. x
est x
Est. x
INT.
INT. 
I.E. x
int./ext. y
int/ext y
i/e y
i/e. y
ext./int. x
EXT-X
### foo
.1
.É
*int
I y
@c# har
INTnt
A= synopsis
# Sect
INTERIOR1
; ext. x
INT. }
 #x.a
.  y
@char
#x// 
###foo
@chaADING
&int. lower
ESX
éINT. 
INT 
/INT.
*INT/EXT CAR
  .1
EXT. HOUSEub
static INT HOUSE
9 EXT. HOUSE
}INT.
 # 
.É
I.; E. x
character
CHARACction
I/E. C&AR
int/extCAR
INT
har
  INT. ented
abstract INT. 
IN
..not forced
Est. x= 
END
cat >lines/golang <<'END'
func foo() {
func (r *R) Foo() {
type Foo struct {
type Foo interface {
type Foo int
  func x
	func x() {
var x = 3
const x = 3
package foo
import "x"
func
func(
type
type (
type foo struct
type foo interface{}
func foo(a int,
	type x struct {
func (
// func foo
go func() {
defer func() {
x := func() {
type Foo = Bar
type Foo[T any] struct {
func foo() int { return 1 }
func  foo()
 func foo
 type foo struct {
type a b struct {
type foo map[string]int
funcfoo()
func foo[T any](x T)
type Foo interfaéce {
import  "x"
func foo[T an# y](x T)
type Foo[T a() {
x := func() {abstract 
func
type fmap[string]int
func foo() i()
func foo(a int|,
func  foo(a int,
type Foo[T anypub ] struct {
const  x = 3
x := func() '{
<T> func (
// func foo(
const xrn 1 }
var  x = 3
func } foo()
 type foo struct {*
type Foo interface <T> {
f; unc (
  fun x
type foo i
x := func() {9 
type  a b struct {
  func
const x =
// var x = 3
 type foo stru// ct {
type abstract foo struct
IMPORT "X"
TYPE
fu foo()
type foo struoo()
type  Foo int
type foo m ap[string]int
$var x = 3
@import "x"
func  foo() int { return 1 }
type(
END
cat >lines/html <<'END'
<h1>foo</h1>
<h2 class="x">foo
<H1>FOO
<h3>
<h6>x
<h7>x
<p>foo
  <h1>x
<title>x
<h1
<hr>
x<h1>y
<h1 >x
<h10>x
<hx>
<header>
<h0>x
	<h2>x
<h1/>x
< h1>x
<h1 id='a' class="b">Text <b>c</b>
<h1
<h0>
<h1 id='a' class="b">Text <b>c</s="x">foo
	<h1 >x
<h6>x
<h1
 <h1/>x
<async h1
<h7>xpublic 
<h1>f+oo</h1>
<h1 >x}
  <h3>
   <h1>x
<H10>X
x<h1<T> >y
x>
<H1>FOO
<h3># 
<h1 >x
<h7 ;>x
<hx>
A<hx>
<h0(>x
<hr>
<h1
{<hx>
<h0>x%
1x<h1>y
<x
<h2 c_y lass="x">foo
= <h10>x
<title>x-
<h3><h6>x
x<h1>y
< h{1>x
<H1>FOO= 
<h0>x-
<eader>
<H0>X
<h6>x
END
cat >lines/java <<'END'
class Foo {
public class Foo extends Bar {
public static void main(String[] args) {
int foo() {
void foo();
private int foo(int x)
return foo();
new Foo();
throw new X();
if (x)
while (x)
else
do
for (x)
switch (x)
interface Foo {
enum Foo {
@Override
  public void foo() {
	int foo(int a,
int x = foo();
Foo();
foo(x);
List<String> foo() {
public <T> void foo(T t) {
<T> T foo()
static {
package x;
import x;
public Foo() {
String[] foo()
final int x = 3;
int x;
abstract class Foo
public abstract int foo();
synchronized void foo()
instanceof foo(x)
record Foo(int x) {
sealed interface Foo
non-sealed class Foo
permits Foo
assert foo(x);
case foo(x):
try (X x = foo())
catch (E e)
public @interface Foo {
public @Nullable String foo() {
protected Map<String, List<X>> foo(int x)
foo bar(baz
foo bar
foo.bar baz()
a b c(
a b c d(
a.b(c)
int[][] foo()
int... foo()
? foo()
public
private
native int foo();
strictfp class X
Foo<? extends Bar> foo() {
@Foo public void x() {
int foo ()
volatile int x(
default void foo() {
transient x y(
var x = foo();
yield foo(x);
foo( bar
// foo bar()
/* foo bar() */
* foo bar()
public record Foo<T>(T t)
class Foo<T> {
private static class X
private static enum X
final class X
static interface X
public sealed class X permits Y
abstract sealed class X
foo class Bar
class
 class X
Class X
enum
forprivate
public sealed class X permits Ypublic 
throw new X::();
var x $= foo();
/* pub foo bar() */
non-sealed class Foopub 
peraz()
enum
int... foo()ar
@Foo  public void x() {
enum F&oo {
case foo(x)() {
\package x;
final class Xnum Foo {
foo clas+s Bar
sealed intet sealed class X
int... foo()[
private int(x)
return foo.bar baz()
(enum
A.B(C)
public  class Foo extends Bar {
 // cinstanceof foo(x)
\int foo() {
abstracfoo()
synchronized  void foo()
1public Foo() {
public  static void main(String[] args) {
TRANSIENT X Y(
public y(
enum Foo {
yield  foo(x);
async instanceof foo(x)
@Overrideoid foo();
public record Foo<T>(T t)pub 
x(
throw { new X();
package x;-
fal class X
?abstract sealed class X
END
cat >lines/kotlin <<'END'
fun foo() {
class Foo {
interface Foo {
object Foo {
companion object {
data class Foo(x: Int)
private fun foo()
  fun foo()
	override fun foo()
val x = 3
var x = 3
public static final fun x
internal class Foo
sealed class Foo
enum class Foo
annotation class Foo
abstract class Foo
open class Foo
inline fun <T> foo()
suspend fun foo()
fun interface Foo
typealias X = Y
package x
import x
fun
fun <T> X.foo()
fun Foo.bar()
object
class
@Foo fun x()
@Foo class X
const val x
init {
constructor()
if (x)
return fun()
operator fun plus
tailrec fun x
inner class X
value class X
funx()
classX
fun`x`
lateinit var x
external fun x
infix fun x
Fun x
x fun y
x class y
x.y fun z
expect class X
actual fun X
protected open fun x
fun (x)
(fun x)
private  fun  x
interface
"fun <T> X.foo()
return fun"()
istatic nfix fun x
companion object {; 
act|ual fun X
 var x
public staticfinal fun x
async interface
suspend  fun foo()
.y fun z
abstract inner class X
%fun foo() {
enum class Foo {
@inner class X
inoo()
fun`x`# 
fun <T> X.foo(),
annotation class Foo[
annotatiostatic n class Foo
,var x = 3
private  fun  x// 
class Fo{
const  val x
data class Foo(x:pub  Int)
protected open fun x/
x  class y
infix fun x!
protected open fun {
tailrec  fun x
bject Foo {
VAL X = 3
// const val x
external fun x%
<T> sealed class Foo
[return fun()
<T> x.y fun z
protected n fun x
classX  
ckage x
END
cat >lines/markdown <<'END'
# foo
## foo
### foo
###### foo
####### foo
#foo
 # foo
   # foo
    # foo
	# foo
foo
===
# 
#
## foo ##
#	foo
* foo
  ##  x
    # FOO
# 9 
// #
fo
## foo #foo
FOO
}#foo
# #
#	foounsafe 
abstract #foo
#
   # foo]
(#
+* foo
	 # foo
public #
##  foo
foo
## foo<T> 
; #foo
    # o
# 	
## foo|
#-foo
#oo
#	foo; 
#####{## foo
oo
 #x# foo
# foo?
  foo
######foo
	# foo%
#	foounsafe 
## f#	foo
#	foo= 
##foo
[ # foo
 foo
END
cat >lines/matlab <<'END'
function foo
function x = foo(y)
  function foo
classdef Foo
  methods
  properties
%% section
%%% section
## section
### section
% comment
%%x
end
if x
functionfoo
	function x
 classdef X
function
classdef
%%
##
 %% x
x = function
# x
#! x
Function foo
%%%
functionnctionfoo
 %% x /* c
é%%x
functionfoo
%%
functition
	functin x
classdef
##
ion
%%% section/
x
%% section
  methods// 
functio_y n x = foo(y)
  properties+
*#! x
cla<T> ssdef
%%% section  
if xd
%%% SECTION
funtionfoo
lassdef X
Afunction foo
## section
 clasd
%%% comment
%%
f  unction foo
classde
ent
claf x
Function  foo
end
classdefstatic 
  methods,
## secti<T> on
   function foo
#! xon
/classdef Foo
END
cat >lines/objc <<'END'
- (void)foo;
+ (void)foo:(int)x
@interface Foo : Bar
@implementation Foo
@protocol Foo
@end
@property (x) y;
int foo(int x)
static int foo()
foo();
return x;
if (x)
  - (void)foo
-(void)foo {
- (void) foo:(int)x bar:(int)y;
void foo() {
}
#import
@class Foo;
@interface Foo (Category)
@interface Foo
- foo
+foo
- (int) foo
-  foo bar
 -foo
@interface
  int foo()
foo(int x)
int x;
int x = 3;
struct foo {
typedef enum {
goto x;
[self foo];
label:
@implementation
@ interface Foo
@protocol Foo <Bar>
@protocol Foo;
@optional
while (x)
do {
else {
for (x)
switch (x)
case 1:
const int x
extern int foo(void)
extern int foo(void);
int *foo(int x)
int * foo(int x) {
foo *bar
FOO(x)
- (id)init
- (id)init;
+ (Foo *)foo:(int)a
- (void)foo:(int)x;  // c
int foo() { x; }
unsigned int foo(
return foo(x)
returned foo(x)
do_it(x)
doit x(y)
ifx y(z)
goto_x y(z)
iffy
returs Foo;
# @optional
-extern int foo(void);
- foo]
@ INTERFACE fOO
@OPTIONAL
@property  (x) y;
abstract foo(int x)
 -f
static - (void)foo;
@interf[ace Foo
extern int foo(void)@
(iffy
do
static int foo()
	ifx y(z)
stéruct foo {
-   foo bar
@PROTOCOL fOO <bAR>
@
do_it()
@protocol Foo <Bar>&
label:1
for  (x)
,static int foo()
- (void) (int)x bar:(int)y;
 (Category)
- fo*o
async ifx y(z)
+ (Foo *o:(int)a
+foostatic 
+  *)foo:(int)a
struct foo 
{void foo() {
INT * FOO(INT X) {
  int fe Foo
struct foo{
}
#import.
@implementation Foo|
END
cat >lines/pascal <<'END'
procedure Foo;
function Foo: Integer;
constructor Create;
destructor Destroy;
class procedure Foo;
class function Foo: X;
interface
implementation
initialization
finalization
unit Foo;
program Foo;
type
  TFoo = class(TObject)
  TFoo = class
TFoo = record
begin
end;
var
const
uses X;
procedure TFoo.Bar(x: Integer);
  procedure Nested;
class constructor Create;
operator Foo
PROCEDURE FOO;
Function Foo;
TFoo = interface
TFoo = packed record
class operator Add(a, b: X): X;
class var x
class property x
library x;
procedure
function
Tfoo = class of X
TFoo = object
TFoo = class abstract
x = class
x=class
x = record
x = array
 x = record
x = class(y)
interfaces
implementationx
constructorx
beg operator Add(a, b: X): X;
x ; = array
ppub rocedure Foo;
class  operator Add(a, b: X): X;
tyo;
\interfaces
initialization]
TFoo = recordfinal 
  tfOO = CLASS(toBJECT)
?class constructor Create;
end;record
TFtionx
fnction
constructor Create;pub 
finalization.
class procedure Foo;<T> 
operatInteger;
constructor  Create;
finalization
$class operator Add(a, b: X): X;
PROstatic CEDURE FOO;
class procedure Foo;<T> 
clarocedure Foo;
ass
interfac_y e
procedure Foo;'
;   TFoo = class
//   TFoo = class
  TFoo =   class
ues X;
PROGRAM fOO;
  class operator Add(a, b: X): X;
final class property x
class procedure Foo; {
class procedure Foofinal ;
ints X;
finalization
,function
constructor Cunit Foo;
procedure Fo Create;
END
cat >lines/perl <<'END'
sub foo {
sub foo
  sub foo {
sub foo($x) {
package Foo;
package Foo {
BEGIN {
END {
=head1 NAME
=head2 foo
=head3 foo
=item x
=cut
=pod
__END__
__DATA__
my $x = sub {
sub foo;
sub {
use Foo;
foo {
sub foo : lvalue {
sub foo # comment
sub foo { # comment
sub Foo::bar {
package Foo::Bar;
package Foo 1.0;
INIT {
CHECK {
UNITCHECK {
AUTOLOAD {
DESTROY {
=head4 x
=head1
=headx
 package Foo;
 =head1 x
sub  foo
sub foo(
sub foo()
sub foo() {
sub foo () :x {
sub _foo {
sub 1foo {
sub foo'bar {
sub foo bar
sub foo }
package  Foo
package
package Foo; # x
BEGIN
BEGIN{
 BEGIN {
BEGIN { # x
BEGIN { foo
begin {
METHOD {
FOO {
sub foo { bar }
sub foo ($$)
sub foo ($$) ;
method foo {
class X {
package Foo {};
foo  {
my $ {
  package Foo;
sub foo { foo {
bein {
sub  foo () :x {
=h&eadx
 ;sub foo }
DESTROY  {
-DESTROY {
package Foo; # x"
METHOD  {
  BEGIN {
package Foo
sub foo]
subé foo { # comment
begin{
package o {
sub  foo ($$)
sub foo #x { bar }
INIT 
method  foo {
sub foo($x) {%
FOO ; {
_y sub foo {
=head3  foo
su,b foo(
=head3' foo
sub  foo { # comment
FOO  {
sub  foo
; BEGIN{
/sub foo ($$) ;
sub founsafe o () :x {
-sub foo ($$) ;
public sub foo bar
METHOD ub foo {
&package Foo::Bar;
__E[ND__
sub fo($x) {
END
cat >lines/php <<'END'
function foo() {
class Foo {
interface Foo
trait Foo
enum Foo
  public function foo() {
	private static function foo(
abstract class Foo
final class Foo extends Bar
<?php
$x = function() {
namespace Foo;
use Foo;
return function() {
protected function foo
static function foo
public static function &foo()
abstract public function foo();
final public function foo
readonly class Foo
final readonly class X
enum Foo: string
class
function
const X = 1;
public $x;
 class Foo
 function foo
functionfoo()
function &foo
function (x)
fn() => x
case X;
public int function foo
abstract function x
Class Foo
FUNCTION X
public  function  x
static public function x
final protected function x
var function x
private function x
abstract final class X
 trait X
 interface X
enum X {
public readonly function x
abstracinal class X
class Fic function foo();
  class Foo
return  function() {
return  function() {
 {public static function &foo()
nameabstract space Foo;
[static public function x
"protected function foo
Areturn function() {
namespa@ce Foo;
fn() =x
function foo() {\
}$x = function() {
Class  Foo
final it X
function foo
$x = tion() {
class?
case  X;
_y  class Foo
funly class Foo
enum X {[
Class lic $x;
abstract fin}al class X
fn() =
namespace Fion x
 function fo
 function fooA
var fu1nction x
enum Foopublic 
!function foo() {
case X;tion() {
trait 
f{unction foo() {
  function foo
enumct function x
r[eadonly class Foo
interface  Foo
<T>  class Foo
END
cat >lines/python <<'END'
def foo(x):
class Foo:
class Foo(Bar):
  def foo(self):
	async def foo():
async def foo
def
class
@decorator
if x:
lambda x: x
define x
classy x
 class X
async class X
async  def x
asyncdef x
Def foo
# def foo
def foo
class foo
async for x
    def x
asyncdef  x
async   def foo(self):
asyncdef X
	async def foo():&
    def e x
; lambda x: x
class foounsafe 
asynpublic cdef x
Aasync  def x
asy\nc  def x
async class
def foo
class
async   def foo(self):
aabstract sync class X
classy  x
asyncdoo:
Defoo
async class X&
 ;@decorator
d|ef
.	async def foo():
   x: x
async  def foo
async  def x{
async  class X
 /* casync def foo
async class X?
ilass foo
@deator
# defo
DEF FOO(X):
Def f #xoo
%def
async  def foo
lambda  x: x
async for x(
async  for x
async clas def foo
class Foync class X
END
cat >lines/ruby <<'END'
def foo
class Foo
module Foo
  def self.foo
	class Foo < Bar
end
if x
def
class << self
define x
it "x" do
describe "x" do
attr_reader :x
private def foo
module
defx
 module X
x def y
Class X
class
: class << self
modue Foo
it "x" do: 
describe "x
it "x" do9 
'describe "x" do
attr_reader :f y
%def
class << sestatic lf
de// f
	class Fstatic oo < Bar
fx
private def foo]
static  module X
cla
class@
  de /* cf self.foo
privateef foo
Bar
 {x def y
clas
describe  "x" do
describe "x" dox 
class Foo?
x ef y
 le X
de
if = x
pub class << self
1module Foo
cs
attr_reader :x1
modul Foo
iunsafe f x
prdefx
@defx
class << sel
<T>  module X
mox
END
cat >lines/rust <<'END'
fn foo() {
pub fn foo() {
struct Foo {
pub struct Foo;
enum Foo {
impl Foo {
impl<T> Foo for Bar {
trait Foo {
mod foo {
mod foo;
union Foo {
type Foo = Bar;
const X: u8 = 1;
static X: u8 = 1;
macro_rules! foo {
  fn foo
	pub(crate) fn foo
unsafe fn foo
async fn foo
extern "C" fn foo
extern crate x;
use x;
let x = 3;
pub(in x) struct Y
const fn foo
pub const unsafe fn foo
pub unsafe trait X
default fn x
pub(super) enum X
#[test]
pub mod x
fnx
fn
impl
struct
unsafe impl X
extern fn x
pub async unsafe fn x
async unsafe fn x
unsafe extern "C" fn x
pub async fn x
default impl x
pub default fn x
macro_rules!foo
macro foo
pub macro foo
pub use x
pub type X
unsafe struct X
async struct X
pub (crate) fn x
pub(crate)fn x
pub(a b) fn x
const x
extern "system" { 
unsafe async fn x
async const fn x
x fn y
pub macro foox 
pub(super)  enum X
#[tes&t]
pub use* x
,pub (crate) fn x
fn foo() { 
fn foo() {x 
+impl
fn
const xunsafe 
.pub default fn x
.static X: u8 = 1;
macro 
pub(super) C" fn foo
pub mod;  x
async unsafe x
impl"<T> Foo for Bar {
macro_ruoo {
enum Fpublic oo {
mac= ro_rules! foo {
async fn n x
fn
const fnmod foo;
asyn "system" { 
x pub(super) enum X
extern "C"foo
]unsafe extern "C" fn x
fn foo() { #x
 fn y
const x_y 
t fn x
pub  const unsafe fn foo
async const fn xabstract 
fn y
+async const fn x
rate) fn x
!extern crate x;
fnx,
pub async unsafe fn 
const fn foo: 
END
cat >lines/scheme <<'END'
(define (foo x)
(define foo
(define-syntax foo
(define-record-type x
(def foo
(defun foo (x)
(defmacro foo
(defn foo
(defn- foo
(ns foo)
(module foo
(library (foo)
(class foo
(struct foo
(let ((x 1))
  (define (x)
	(defun x
(struct foo (a b))
(require x)
(deftype foo
(defvar foo
(defcustom x
(define* (x)
(def-foo x
(defstruct x
(in-package x)
(test x
( define x
(DEFINE x
;(define x
;;; section
(provide
(lambda
(define
(defining x
(deffoo x
(define! x
(export
(begin
(import
(define-x
    (def x
(class* x
(unit x
(define/public (x)
(mixin x
(interface x
(namespace x
(use x
(defmethod x
(defconst x
(defpackage x
(libraryx
(modulex x
(structx x
(classx x
(module+ test
(module* x
(struct x)
(define)
(def)
(namespace  x
(unit x
(defstruct  x
(librar
(define-record-type  x
(DEFVAR FOO
(defstrucx
(DEFN FOO
(let ((x 1)
(lx)
1(define-syntax foo
(DEFINE! X
(defining  x
(un x
(exsection
(defcustom 
'(begin
(INTERFACE X
(et
(provide
(modul<T> e* x
(define$* (x)
((def foo
abstract (defun foo (x)
// (struct x)
(struct  x)
(ine foo
(namee x
(define (foo x)ibraryx
(defcustom x #x
public (let ((x 1))
/(let ((x 1))
(define(
(ns foo)9 
(module*  x
(DEFUN FOO (X)
(import ;
(module+ (DEFINE x
%(library (foo)
1	(defun x
END
cat >lines/tex <<'END'
\section{Foo}
\subsection{Foo}
\subsubsection{Foo}
\chapter{Foo}
\part{Foo}
\section*{Foo}
\section[short]{Foo}
\paragraph{x}
\begin{foo}
  \section{x}
\sectionx{x}
\section {x}
\section
\appendix
\title{x}
\subparagraph{x}
\subsubsubsection{x}
\partx
\part*{x}
\chapter*{x}
x\section{x}
\subpart{x}
\subchapter{x}
\section(
\section*
\section**{x}
\section[
\section*[x]{y}
\s\subsection{Foo}
\subssubsection{x}
\chapter*{x
\chapte!r{Foo}
x\sectiter{x}
\appendix.
\SUBPART{X}
\sectioasync nx{x}
\begin{foo}
\sectio}
\titlartx
unsafe \part*{x}
\subparagraph{x}!
\sectionx{x}
\part
\subparagration
\section[shor9 t]{Foo}
\section(
,\appendix
le{x}
x\seon{x}
\SECTION[
   \section{x}
xction{x}
\title{: x}
 // c\section[
\title{x}_y 
\subchapter{x}
\appendix
tion{Foo}
\chapter{Foo} 
*\section[
\PARAGRAPH{X}
\sub\sectionx{x}
\itle{x}
\/section*{Foo}
\son*{Foo}
\title{x}
\subsubsubsection{x}
\BEGIN{FOO}
END
for file in lines/*; do
    name=${file#lines/}.x
    sample old <"$file" >"$name"
done
"$GIT" add -A
for file in lines/*; do
    name=${file#lines/}.x
    sample new <"$file" >"$name"
    "$GIT" diff -U0 -- "$name"
done
cat >words <<'END'
foo_bar1 x
1foo
a.b
a->b
a::b
x+=1
x<<=2
a<=>b
a==b!=c
x&&y||z
0x1F
0xFFul
1.5e-10
1e+5f
1'000
a--
++b
foo-bar
foo.bar
@foo
#foo
$foo
%foo
"str"
'c'
a?b
a!b
~a
a**b
a//b
a^b
..
...
=>
<-
->*
.*
:=
|>
<>
(a)
[b]
{c}
\foo{x}
&amp;
a-1
-1
1_000
100L
1.0f
#{x}
<tag attr="v">
10px
#fff
1.5em
!important
@media
a:b
::x
foo!
foo?
:sym
@@x
$1
&foo
\n
/re/
%w
=begin
0b101
0o17
1e5
1.
..=
.5
5.
a=b
>>>
<<<
===
!==
??
?.
?:
~=
=~
!~
^=
%=
/=
|=
-=
*=
&=
&^=
<->
\\x
a\b
0x1.8p3
0XFFFFULL
1.5L
123.456
3i
@"x"
foo'bar
x'
#'foo
#:key
`x
,@x
|a b|
#\a
;c
--c
/*c*/
//c
#c
(*
*)
=<
/=
'U'
"a b"
0x1.
x	=	y
a;b
a,b
END
for file in lines/*; do
    spaced "" <words >"${file#lines/}.x"
done
"$GIT" add -A
for file in lines/*; do
    spaced 1 <words >"${file#lines/}.x"
    "$GIT" diff -U0 --word-diff=porcelain -- "${file#lines/}.x"
done
