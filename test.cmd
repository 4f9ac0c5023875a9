@echo off
rem Builds everything and runs all tests, the kernels with every vector width, as ./test on other systems. The last line is
rem "N passed, N failed, N skipped". Options: --fast (widest vectors only), --filter EXPRESSION.
setlocal DisableDelayedExpansion
set options=%*
set fast=
if "%~1"=="--fast" set fast=1
if defined options set options=%options:--fast=%
set "results=%~dp0.retort\tests"
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
set failed=0
if exist "%results%" rmdir /s /q "%results%"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo test: the program "dotnet" is not there; install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0 and open a new window. 1>&2
  set failed=1
  goto finish
)
pushd "%~dp0"
dotnet build -c Release Retort.slnx --nologo -v minimal --tl:off <nul
if errorlevel 1 (
  set failed=1
  goto finish
)
for /d %%p in (tests\*.Tests) do call :run %%~nxp widest
if defined fast goto finish
if /i not "%PROCESSOR_ARCHITECTURE%"=="AMD64" goto finish
for %%w in (256 128) do (
  set DOTNET_PreferredVectorBitWidth=%%w
  for %%p in (Retort.Numerics.Tests Retort.Networks.Tests) do call :run %%p %%w
)
set DOTNET_PreferredVectorBitWidth=
set DOTNET_EnableAVX2=0
for %%p in (Retort.Numerics.Tests Retort.Networks.Tests) do call :run %%p plain
set DOTNET_EnableAVX2=
goto finish

:run
echo.
echo %1 (vectors: %2)
dotnet test "tests\%1\bin\Release\net10.0\%1.dll" %options% --logger trx --results-directory "%results%\%1.%2" <nul
if errorlevel 1 set failed=1
exit /b

:finish
rem A project that broke before it could count a failure still shows as one.
powershell -NoProfile -NonInteractive -Command "$p = 0; $f = 0; $s = 0; foreach ($file in @(Get-ChildItem -LiteralPath $env:results -Recurse -Filter *.trx -ErrorAction Ignore)) { $c = ([xml](Get-Content -LiteralPath $file.FullName -Raw)).TestRun.ResultSummary.Counters; $p += [int]$c.passed; $f += [int]$c.executed - [int]$c.passed; $s += [int]$c.total - [int]$c.executed }; if ($f -eq 0) { $f = [int]$env:failed }; Write-Output ('{0} passed, {1} failed, {2} skipped' -f $p, $f, $s)"
exit /b %failed%
