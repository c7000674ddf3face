; The installer: for one user, without administrator rights, silent with /S; the data folder is never touched.
; makensis -DSRC=<dist/salesdesk> -DOUT=<setup.exe> -DVER=0.1.0 -DICON=<app.ico> -DPANEL=<picture.bmp> setup.nsi
; Silent options: /NODESKTOP no picture on the desktop, /NOOPEN no 打开方式, /LOGON start at logon, /D=<folder> as the last one,
; with or without quotation marks, blanks and Chinese as they come.
; /UPDATE (what the program itself starts): waits until the program has ended, asks nothing, opens the new one.
; Exit codes: 2 a file could not be written, 10 not 64 bits, 11 older than Windows 10, 12 the program is running, 13 a newer version
; is installed, 14 /D= names no folder.
Unicode true
Target amd64-unicode
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

!define ID "salesdesk"
!define TITLE "销售内勤工作台"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN_AT_LOGON "Software\Microsoft\Windows\CurrentVersion\Run"
!define CLASSES "Software\Classes"

Var Update
Var Patience ; half seconds

Name "${TITLE}"
OutFile "${OUT}"
RequestExecutionLevel user
AllowSkipFiles off ; a file that cannot be written ends a silent installation, too
InstallDir "$LOCALAPPDATA\Programs\${ID}"
InstallDirRegKey HKCU "Software\${ID}" "InstallDir"
!ifdef QUICK ; for trying the upgrade: several times as fast to make, half as small
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
ManifestDPIAware true
ManifestSupportedOS Win10
BrandingText "${TITLE} ${VER}"
VIProductVersion "${VER}.0"
VIAddVersionKey /LANG=2052 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=2052 "FileDescription" "${TITLE} 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VER}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VER}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "MIT"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PANEL}"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_WELCOMEPAGE_TITLE "安装${TITLE}"
!define MUI_WELCOMEPAGE_TEXT "安装到当前用户，不需要管理员权限。$\r$\n$\r$\n已经装过的会直接升级，您的数据不在程序文件夹里，升级和卸载都不会动它。$\r$\n$\r$\n请先关闭正在运行的${TITLE}。"
!define MUI_DIRECTORYPAGE_TEXT_TOP "一般不用改。要装到别的文件夹，请点「浏览」。"
!define MUI_DIRECTORYPAGE_TEXT_DESTINATION "程序文件夹"
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_COMPONENTSPAGE_TEXT_TOP "不要的去掉勾，再点「安装」。"
!define MUI_COMPONENTSPAGE_TEXT_COMPLIST "要装的："
!define MUI_FINISHPAGE_TITLE "${TITLE}装好了"
!define MUI_FINISHPAGE_TEXT "以后从桌面或开始菜单打开。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\salesdesk.exe"
!define MUI_FINISHPAGE_RUN_TEXT "现在打开${TITLE}"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "只移除程序。您的数据（设置里的「数据文件夹」）留在原处，要删请自己删。"
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkippedOnUpdate
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkippedOnUpdate
!define MUI_PAGE_HEADER_TEXT "装到哪里"
!define MUI_PAGE_HEADER_SUBTEXT "程序的文件夹；数据另放，不在这里面。"
!insertmacro MUI_PAGE_DIRECTORY
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkippedOnUpdate
!define MUI_PAGE_HEADER_TEXT "装哪些"
!define MUI_PAGE_HEADER_SUBTEXT "没勾的，以后再装一次就能加上。"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkippedOnUpdate
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; Ends with a sentence (not shown when silent) and an exit code.
!macro Refuse text code
  MessageBox MB_OK|MB_ICONEXCLAMATION "${text}" /SD IDOK
  SetErrorLevel ${code}
  Quit
!macroend

; A program whose file cannot be opened for writing is running: an update waits a minute for its end, then whoever sits there is
; asked. Nothing is written.
!macro RefuseWhileRunning name patience
  ${If} ${FileExists} "$INSTDIR\${name}"
    StrCpy $1 ${patience}
    ${Do}
      ClearErrors
      FileOpen $0 "$INSTDIR\${name}" a
      ${IfNot} ${Errors}
        FileClose $0
        ${ExitDo}
      ${EndIf}
      IntOp $1 $1 - 1
      ${If} $1 < 1
        ${IfNot} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${TITLE}正在运行。请先把它关上，再点「重试」。" /SD IDCANCEL IDRETRY`
          SetErrorLevel 12
          Quit
        ${EndIf}
      ${EndIf}
      Sleep 500
    ${Loop}
  ${EndIf}
!macroend

Section "${TITLE}（必装）" Program
  SectionIn RO
  !insertmacro RefuseWhileRunning "salesdesk.exe" $Patience
  !insertmacro RefuseWhileRunning "salesdesk-cli.exe" $Patience
  ; What an older version brought must not stay beside the new; only our own folder goes.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${SRC}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\salesdesk.exe"
  WriteRegStr HKCU "Software\${ID}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VER}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\salesdesk.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "salesdesk"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
SectionEnd

Section "桌面图标" Desktop
  CreateShortCut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\salesdesk.exe"
SectionEnd

; Offered under 打开方式; what opens these files by a double click stays as it is.
Section "右键「打开方式」里可以看 .ofd、.xml 发票" Open
  WriteRegStr HKCU "${CLASSES}\${ID}.voucher" "" "电子发票"
  WriteRegStr HKCU "${CLASSES}\${ID}.voucher\DefaultIcon" "" "$INSTDIR\salesdesk.exe,0"
  WriteRegStr HKCU "${CLASSES}\${ID}.voucher\shell\open\command" "" '"$INSTDIR\salesdesk.exe" look "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\salesdesk.exe" "FriendlyAppName" "${TITLE}"
  WriteRegStr HKCU "${CLASSES}\Applications\salesdesk.exe\shell\open\command" "" '"$INSTDIR\salesdesk.exe" look "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\salesdesk.exe\SupportedTypes" ".ofd" ""
  WriteRegStr HKCU "${CLASSES}\Applications\salesdesk.exe\SupportedTypes" ".xml" ""
  WriteRegStr HKCU "${CLASSES}\.ofd\OpenWithProgids" "${ID}.voucher" ""
  WriteRegStr HKCU "${CLASSES}\.xml\OpenWithProgids" "${ID}.voucher" ""
  ${RefreshShellIcons}
SectionEnd

Section /o "登录 Windows 后自动打开（备份、同步不用惦记）" Logon
  WriteRegStr HKCU "${RUN_AT_LOGON}" "${ID}" '"$INSTDIR\salesdesk.exe" --minimized'
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${Program} "程序本身，和开始菜单里的图标。"
  !insertmacro MUI_DESCRIPTION_TEXT ${Desktop} "桌面上放一个图标。"
  !insertmacro MUI_DESCRIPTION_TEXT ${Open} "不改双击打开用的程序。"
  !insertmacro MUI_DESCRIPTION_TEXT ${Logon} "开机登录后最小化打开，定时备份、同步照常进行。"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; NSIS itself takes /D= only without quotation marks; given /D="C:\a b" or "/D=C:\a b" it installs elsewhere without a word.
Function FolderAsked
  System::Call 'kernel32::GetCommandLine()t.r0'
  StrCpy $1 0
  ${Do}
    StrCpy $2 $0 3 $1
    ${If} $2 == ""
      Return
    ${EndIf}
    IntOp $1 $1 + 1
  ${LoopUntil} $2 == "/D="
  IntOp $1 $1 + 2
  StrCpy $0 $0 "" $1
  StrCpy $2 $0 1
  ${If} $2 == '"'
    StrCpy $0 $0 "" 1
  ${EndIf}
  ${Do}
    StrCpy $2 $0 1 -1
    ${If} $2 != '"'
    ${AndIf} $2 != " "
    ${AndIf} $2 != "\"
      ${ExitDo}
    ${EndIf}
    StrCpy $0 $0 -1
  ${Loop}
  StrCpy $2 $0 2 1
  StrCpy $3 $0 2
  ${If} $2 != ":\"
  ${AndIf} $3 != "\\"
    !insertmacro Refuse "安装文件夹「$0」写得不完整，要像 D:\软件\${ID} 这样写全。没有安装。" 14
  ${EndIf}
  StrCpy $INSTDIR $0
FunctionEnd

Function .onInit
  ${IfNot} ${RunningX64}
    !insertmacro Refuse "需要 64 位的 Windows 10 或更新的版本。" 10
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse "需要 Windows 10 或更新的版本。" 11
  ${EndIf}
  ReadRegStr $0 HKCU "${UNINSTALL}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VER}" $1
    ${If} $1 == 1
      !insertmacro Refuse "已经装了更新的版本 $0，这个安装程序是 ${VER}。旧程序打不开新程序存过的数据，没有安装。确实要退回，请先卸载。" 13
    ${EndIf}
    ; An upgrade keeps what was chosen before.
    ReadRegStr $0 HKCU "${RUN_AT_LOGON}" "${ID}"
    ${If} $0 != ""
      SectionSetFlags ${Logon} ${SF_SELECTED}
    ${EndIf}
    ${IfNot} ${FileExists} "$DESKTOP\${TITLE}.lnk"
      SectionSetFlags ${Desktop} 0
    ${EndIf}
  ${EndIf}
  Call FolderAsked
  ${GetParameters} $2
  StrCpy $Update 0
  StrCpy $Patience 1
  ClearErrors
  ${GetOptions} $2 "/UPDATE" $3
  ${IfNot} ${Errors}
    StrCpy $Update 1
    StrCpy $Patience 120
    SetAutoClose true
  ${EndIf}
  ClearErrors
  ${GetOptions} $2 "/NODESKTOP" $3
  ${IfNot} ${Errors}
    SectionSetFlags ${Desktop} 0
  ${EndIf}
  ClearErrors
  ${GetOptions} $2 "/NOOPEN" $3
  ${IfNot} ${Errors}
    SectionSetFlags ${Open} 0
  ${EndIf}
  ClearErrors
  ${GetOptions} $2 "/LOGON" $3
  ${IfNot} ${Errors}
    SectionSetFlags ${Logon} ${SF_SELECTED}
  ${EndIf}
FunctionEnd

; The update from inside the program asks nothing and opens the new one.
Function SkippedOnUpdate
  ${If} $Update == 1
    Abort
  ${EndIf}
FunctionEnd

Function .onInstSuccess
  ${If} $Update == 1
    Exec '"$INSTDIR\salesdesk.exe"'
  ${EndIf}
FunctionEnd

Section "Uninstall"
  !insertmacro RefuseWhileRunning "salesdesk.exe" 1
  !insertmacro RefuseWhileRunning "salesdesk-cli.exe" 1
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\salesdesk.exe"
  Delete "$INSTDIR\salesdesk-cli.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; stays when somebody put files of his own there
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  Delete "$DESKTOP\${TITLE}.lnk"
  DeleteRegValue HKCU "${RUN_AT_LOGON}" "${ID}"
  DeleteRegKey HKCU "${CLASSES}\${ID}.voucher"
  DeleteRegKey HKCU "${CLASSES}\Applications\salesdesk.exe"
  DeleteRegValue HKCU "${CLASSES}\.ofd\OpenWithProgids" "${ID}.voucher"
  DeleteRegValue HKCU "${CLASSES}\.xml\OpenWithProgids" "${ID}.voucher"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${ID}"
SectionEnd
