@echo off
rem Retort from a checkout, as ./retort on other systems: builds the program when its sources changed, then runs it.
setlocal DisableDelayedExpansion
set "root=%~dp0"
set "state=%root%.retort"
set "program=%root%src\Retort.Cli\bin\Release\net10.0\Retort.Cli.dll"
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1

where dotnet >nul 2>nul
if errorlevel 1 (
  echo retort: the program "dotnet" is not there; install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0 and open a new window. 1>&2
  exit /b 1
)

rem The paths reach PowerShell through the environment, so that no character of them needs quoting.
if not exist "%program%" goto build
if not exist "%state%\built" goto build
powershell -NoProfile -NonInteractive -Command "$t = (Get-Item -LiteralPath ($env:state + '\built')).LastWriteTimeUtc; $r = $env:root; $f = @(Get-ChildItem -LiteralPath $r -File | Where-Object { $_.Name -match '^(Directory\..*|global\.json)$' }) + @(Get-ChildItem -LiteralPath ($r + 'native'), ($r + 'web') -File -ErrorAction Ignore) + @(Get-ChildItem -LiteralPath ($r + 'src') -Recurse | Where-Object { $_.FullName.Substring($r.Length) -notmatch '\\(bin|obj)(\\|$)' }); if (@($f | Where-Object { $_.LastWriteTimeUtc -gt $t }).Count) { exit 1 }"
if not errorlevel 1 goto run

:build
dotnet --list-sdks | findstr /b /c:"10." >nul
if errorlevel 1 (
  echo retort: there is no .NET 10 SDK; install it from https://dotnet.microsoft.com/download/dotnet/10.0. 1>&2
  exit /b 1
)
echo Building Retort ... 1>&2
if not exist "%state%" mkdir "%state%"
for /d %%p in ("%root%src\*") do (
  if not exist "%%p\bin" mkdir "%%p\bin"
  if not exist "%%p\obj" mkdir "%%p\obj"
)
type nul >"%state%\built.new"
pushd "%root%"
dotnet build -c Release src\Retort.Cli --nologo -v minimal --tl:off --disable-build-servers >"%state%\build.log" 2>&1 <nul
set code=%errorlevel%
popd
if not "%code%"=="0" (
  findstr /c:"error " "%state%\build.log" 1>&2
  echo retort: Retort could not be built; the messages above say why ^(all of them: "%state%\build.log"^). 1>&2
  exit /b 1
)
move /y "%state%\built.new" "%state%\built" >nul

:run
dotnet "%program%" %*
exit /b %errorlevel%
